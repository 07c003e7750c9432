// People whom city hall made for a scene, without its pages.

/** A card for somebody new, as the counter makes it: {person, card, pins, without_signing?}. */
export async function made_at_the_desk(town, who) {
  const {body: {accounts}} = await town.get('desk', '/api/session');
  const staff = accounts.find(({role}) => role === 'city').name;
  const {headers} = await town.post('desk', '/api/sign-in', {role: 'city', staff});
  const cookie = headers['set-cookie'][0].split(';')[0];
  const answer = await town.post('desk', '/api/city/issue', {kana: 'ドコカノ　ダレカ', address: '架空都架空市見本町４－５', sex: '1', pins: {text: '5678'}, ...who}, {cookie});
  if (answer.status !== 200) throw new Error(`city hall makes no card: ${JSON.stringify(answer.body)}`);
  return answer.body;
}
