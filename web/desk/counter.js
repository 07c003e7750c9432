// The residents' counter: a first card, and everything that is done for somebody who stands here.
import { page, h, fill, show, t, api, button, field, choices, checkbox, refusalNotice } from '/ui/ui.js';
import { withRole, readerPanel, personFile, resumeRefused, SEX } from '/desk.js';
import { pictureField } from '/picture.js';
import { madeCard } from '/made.js';
import { personActions } from '/person.js';

const WHY = () => [['moving', t('引っ越し・氏名の変更', 'Moving, or a new name')], ['lost-card', t('カードの紛失', 'A lost card')],
  ['new-card', t('カードの再交付', 'A new card')], ['pin-forgotten', t('暗証番号を忘れた', 'A forgotten PIN')],
  ['ward', t('成年後見', 'Guardianship')], ['departure', t('死亡・返納', 'Death or giving back')], ['question', t('問い合わせ', 'A question')]];

function issueForm(out) {
  const name = field({ label: t('氏名（姓と名の間は全角の空白）', 'Name (family and given name with a full-width space)'), name: 'name', required: true, 'data-do': 'new-name' });
  const kana = field({ label: t('フリガナ', 'In kana'), name: 'kana', required: true, 'data-do': 'new-kana' });
  const address = field({ label: t('住所', 'Address'), name: 'address', required: true, 'data-do': 'new-address' });
  const birth = field({ label: t('生年月日', 'Date of birth'), name: 'birth', type: 'date', required: true, 'data-do': 'new-birth' });
  const sex = choices({ legend: t('性別', 'Sex'), name: 'sex', value: '1', options: Object.entries(SEX()).map(([value, label]) => ({ value, label, dataset: { do: `sex-${value}` } })) });
  const ward = checkbox({ label: t('成年被後見人', 'An adult ward'), name: 'ward', dataset: { do: 'new-ward' } });
  const picture = pictureField();
  const invent = async () => {
    const who = await api.post('/api/city/invent', {});
    name.value = who.name; kana.value = who.kana; address.value = who.address; birth.value = who.birth_date;
    sex.querySelector(`input[value="${who.sex}"]`).checked = true;
  };
  const issue = async () => {
    const body = { name: name.value, kana: kana.value, address: address.value, birth_date: birth.value, sex: sex.value, ward: ward.checked };
    if (picture.photo) body.photo = picture.photo;
    try { show(out, madeCard(await api.post('/api/city/issue', body))); } catch (error) { fill(out, refusalNotice(error)); }
  };
  return h('section.stack', {}, h('h2', {}, t('新しい人にカードを作る', 'A card for a new person')),
    h('p', {}, t('架空の人だけを登録してください。実在の方の氏名や番号は入れないでください。マイナンバーは検査用数字の誤った番号をこちらで作ります。',
      'Invented people only: no real person’s name or number. The My Number is made here, with a wrong check digit.')),
    button(t('架空の人を思いつく', 'Invent somebody'), { do: 'invent', onclick: invent }),
    name, kana, address, birth, sex, ward, picture,
    button(t('カードを作る', 'Make the card'), { kind: 'primary', do: 'issue', onclick: issue }), out);
}

function lookUp(out) {
  const why = field({ label: t('照会の理由', 'Reason for the look-up'), name: 'why', options: [['', t('選んでください', 'Choose one')], ...WHY()], 'data-do': 'why' });
  const name = field({ label: t('氏名', 'Name'), name: 'name', 'data-do': 'name' });
  const birth = field({ label: t('生年月日', 'Date of birth'), name: 'birth', type: 'date', 'data-do': 'birth' });
  const people = (answer) => show(out, answer.people.map((file) => h('div.stack', {}, personFile(file), personActions(file, again))));
  const again = async (person) => {
    if (!person) { fill(out); return; }
    fill(out, personFile(person), personActions(person, again));
  };
  const find = (path, body) => async () => {
    try { people(await api.post(path, body())); } catch (error) { fill(out, refusalNotice(error)); }
  };
  return h('section.stack', {}, h('h2', {}, t('来た人を照会する', 'Look up who is here')),
    h('p.soft', {}, t('照会はすべて記録され、1時間あたりの件数に上限があります。', 'Every look-up is recorded, and there is a limit to the hour.')),
    why, h('div.columns', {}, name, birth),
    h('div.buttons', {}, button(t('氏名と生年月日で照会', 'By name and birth date'), { kind: 'primary', do: 'look-up', onclick: find('/api/city/lookup', () => ({ name: name.value, birth_date: birth.value, why: why.value })) }),
      button(t('リーダーのカードで照会', 'By the card on the reader'), { do: 'look-up-card', onclick: find('/api/city/card', () => ({ why: why.value })) })),
    out);
}

page({ title: () => t('市民課の窓口', 'Residents’ counter'), render(main) {
  withRole(main, 'city', t('市民課の窓口', 'Residents’ counter'), (room) => {
    const resumed = h('div', { 'aria-live': 'polite' });
    fill(room, readerPanel(), lookUp(h('div.stack', { 'aria-live': 'polite' })), h('hr', {}), issueForm(h('div', { 'aria-live': 'polite' })),
      h('hr', {}), h('section', {}, h('h2', {}, t('スマートフォンの再開', 'Resuming a phone')), resumeRefused(resumed), resumed));
  });
} });
