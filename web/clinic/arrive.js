// The patient's terminal: which clinic, what the doctor may see, then the gate.
import { page, h, fill, t, pick, api, button, choices, checkbox, notice, busy } from '/ui/ui.js';
import { leaveFor, refusalOfAddress, refusalPlace } from '/ui/service.js';

const state = { clinics: null, refusal: null, clinic: '', medicines: false, checks: false };

const accepted = (one) => {
  if (!one.card) return t(`${one.opens} から`, `from ${one.opens}`);
  if (one.phone) return t('スマートフォン・カード', 'phone or card');
  return one.why_no_phone === 'USE_PHYSICAL_CARD' ? t('実物のカードのみ', 'physical card only') : t(`カードのみ（スマートフォンは ${one.opens} から）`, `card only (phones from ${one.opens})`);
};

function arrival(place) {
  const clinic = choices({
    legend: t('受診する医療機関', 'Which clinic'), name: 'clinic', value: state.clinic, onchange: (id) => { state.clinic = id; clinic.setError(''); },
    options: state.clinics.map((one) => ({ value: one.id, label: pick(one, 'name'), hint: accepted(one), dataset: { do: `clinic-${one.id}` } })),
  });
  const agree = (key, label, hint) => checkbox({ label, hint, name: key, checked: state[key], dataset: { do: `agree-${key}` }, onchange: (yes) => { state[key] = yes; } });
  const begin = async () => {
    if (state.clinic === '') {
      clinic.setError(t('医療機関を選んでください。', 'Choose a clinic.'));
      clinic.querySelector('input').focus();
      return;
    }
    await leaveFor('/api/login', { clinic: state.clinic, medicines: state.medicines, checks: state.checks });
  };
  return h('div', { class: 'card' }, clinic,
    h('fieldset', { class: 'field' }, h('legend', {}, t('医師への情報提供', 'What the doctor may see')),
      h('p', { class: 'hint' }, t('それぞれ同意するかどうかを選べます。同意しなくても受診できます。', 'Each is your own choice. You are seen either way.')),
      agree('medicines', t('薬の履歴の提供に同意する', 'Show my medication history'), t('この1年に受け取った薬', 'Medicines of the last year')),
      agree('checks', t('健診結果の提供に同意する', 'Show my health checks'), t('この5年の健診結果', 'Health checks of the last five years'))),
    h('div', { class: 'buttons' }, button(t('本人確認をして受付する', 'Identify and check in'), { kind: 'primary', large: true, do: 'check-in', onclick: begin, onRefusal: place.show })));
}

function render(main) {
  const head = [h('h1', {}, t('受付', 'Reception')), h('p', { class: 'lead' }, t('スマートフォンまたはカードで、健康保険の資格を確認します。', 'Your health insurance is looked up by your phone or card.'))];
  if (!state.clinics && !state.refusal) {
    fill(main, head, busy(t('読み込んでいます', 'Loading')));
    return;
  }
  const place = refusalPlace(state.refusal);
  fill(main, head, place, state.clinics ? arrival(place) : null,
    notice('info', t('診療が終わると、受付の記録は削除されます。', 'When the visit is over, what was taken down about it is deleted.'),
      h('p', {}, h('a', { href: '/privacy', dataset: { do: 'to-privacy' } }, t('保存している情報', 'What is kept about you')), ' · ',
        h('a', { href: '/clerk', dataset: { do: 'to-clerk' } }, t('職員の画面', 'The clerk’s screen')))));
}

const main = page({ title: () => t('受付', 'Reception'), width: 'narrow', render });
try {
  state.refusal = await refusalOfAddress();
  state.clinics = (await api.get('/api/clinics')).clinics;
} catch (error) {
  state.refusal = error;
}
render(main);
