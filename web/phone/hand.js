// The simulated hand: which card is at the phone's back, and whose face or finger the simulated sensor sees. In life nobody could ask.
import { h, fill, t, pick, api, to, Refusal, refusalNotice } from '/ui/ui.js';
import { phone, get, post } from './remote.js';

let people = [];
let others = [];

/** Who lives in the town, and which other phones there are. */
export async function meetPeople() {
  const [met, phones] = await Promise.all([api.get('/api/people').catch(() => ({ people: [] })), api.get('/api/phones')]);
  people = met.people ?? [];
  others = phones.phones.filter(({ id }) => id !== phone.id);
}

/** The person whose phone this is; before there is an owner, the one that was picked, else the phone's turn in the list of people. */
const picked = () => sessionStorage.getItem(`holder-${phone.id}`);
export const ownerOf = () => people.find(({ name }) => name === phone.state?.owner) ?? people.find(({ card }) => card === picked())
  ?? people[Math.max(0, Number(/(\d+)$/.exec(phone.id)?.[1] ?? 1) - 1) % Math.max(1, people.length)];
export const strangerOf = () => people.find((person) => person !== ownerOf());
/** Whose phone it is, for people. */
export const holderName = () => phone.state?.owner || ownerOf()?.name || phone.id;
export const sampleOf = (person) => person?.sample ?? null;
/** Somebody else for the camera: another phone's owner. */
export const somebodyElse = () => others[0]?.id;

/** Whose face or finger is set up here: asked where the phone belongs to nobody yet. */
export function ownerPicker() {
  if (people.length === 0 || people.some(({ name }) => name === phone.state?.owner)) return null;
  const select = h('select', { 'aria-label': t('この電話を持つ人', 'Who holds this phone'), dataset: { do: 'holder' }, onchange: () => sessionStorage.setItem(`holder-${phone.id}`, select.value) },
    people.map((person) => h('option', { value: person.card, selected: person === ownerOf() }, person.name)));
  return h('label', { class: 'stack' }, h('span', { class: 'small' }, t('この電話を持つ人', 'Who holds this phone')), select);
}

const pickers = new Set(); // beside the phone and on its screen: both show the same hand
/** What lies at the phone's back, with buttons to lay a card there or take it away. */
export function handPicker() {
  const list = h('div', { class: 'hand-items', role: 'group', 'aria-label': t('電話の背に当てるカード', 'The card at the phone’s back') });
  const out = h('div', {});
  const draw = ({ items, laid }) => fill(list, items.filter((item) => item.kind === 'card').map((item) => h('button', {
    type: 'button', class: 'hand-item', 'aria-pressed': String(laid === item.id), dataset: { do: `lay-${item.id}`, lay: 'card' }, onclick: () => lay(laid === item.id ? null : item.id),
  }, h('span', { class: 'mini-card', 'aria-hidden': 'true' }), h('span', {}, pick(item, 'label')), h('span', { class: 'small soft' }, laid === item.id ? t('当てています', 'is there') : t('当てる', 'lay it')))),
  laid ? h('button', { type: 'button', class: 'hand-item', dataset: { do: 'lay-nothing' }, onclick: () => lay(null) }, t('離す', 'Take it away')) : null);
  pickers.add({ list, draw });
  const asked = (answer) => answer.then((seen) => {
    for (const picker of pickers) {
      if (picker.list === list || picker.list.isConnected) picker.draw(seen);
      else pickers.delete(picker);
    }
  }).catch((error) => {
    if (!(error instanceof Refusal)) throw error;
    fill(out, refusalNotice(error));
  });
  const lay = (item) => asked(post('/hand', { item }));
  asked(get('/hand'));
  return h('div', { class: 'simulated' }, h('p', { class: 'small' }, t('どのカードを電話の背に当てますか', 'Which card is at the phone’s back?')), list, out);
}

/** After the touch: the phone is held to a reader at the place of the reader. */
export const handReaders = () => h('div', { class: 'simulated' }, h('p', { class: 'small' }, t('電話をかざす動作は、読み取り機のある場所の画面でします。', 'Holding the phone to a reader is done at the page of the place where the reader stands.')),
  h('a', { href: to('kiosk'), dataset: { do: 'to-kiosk' } }, t('証明書交付機へ', 'To the certificate kiosk')));
