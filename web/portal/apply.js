// An application in three steps: fill in, check, sign at the gate.
import { h, fill, show, t, pick, api, button, facts, steps, Refusal } from '/ui/ui.js';
import { serviceForm, refusalPlace, asked, leaveFor } from '/ui/service.js';
import { residentPage } from '/states.js';

const work = { kind: asked('kind'), id: asked('id'), values: {} };
const names = () => [t('入力', 'Fill in'), t('確認', 'Check'), t('署名', 'Sign')];

function choose(main, forms) {
  main.append(h('p', { class: 'lead' }, t('手続きを選んでください。', 'Choose what to apply for.')),
    h('div', { class: 'grid' }, forms.map((form) => h('a', { class: 'card', href: `/apply?kind=${form.kind}`, dataset: { do: `form-${form.kind}` } },
      h('h2', {}, pick(form, 'title')), h('p', {}, pick(form, 'about'))))));
}

function fillIn(stage, form) {
  const place = refusalPlace();
  const check = async () => {
    try {
      drawn.setErrors((await api.post('/api/forms/check', { kind: form.kind, fields: drawn.values() })).fields);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
    }
  };
  const drawn = serviceForm(form.fields, work.values, check);
  const next = async () => {
    place.clear();
    try {
      work.values = drawn.values();
      work.id = (await api.post('/api/applications', { kind: form.kind, fields: work.values, ...(work.id ? { id: work.id } : {}) })).id;
    } catch (error) {
      if (!(error instanceof Refusal) || error.reason !== 'FORM_INVALID') throw error;
      drawn.setErrors(error.body.fields, { all: true });
      return;
    }
    review(stage, form);
  };
  show(stage, steps(names(), 0), h('h2', {}, pick(form, 'title')), h('p', {}, pick(form, 'about')), place, h('div', { class: 'card' }, drawn.element,
    h('div', { class: 'buttons' }, button(t('確認へ進む', 'Go on to check'), { kind: 'primary', do: 'check', onclick: next, onRefusal: place.show }),
      button(t('ほかの手続き', 'Another procedure'), { kind: 'quiet', href: '/apply' }))));
}

async function review(stage, form) {
  const place = refusalPlace();
  const saved = await api.get(`/api/application?id=${work.id}`);
  show(stage, steps(names(), 1), h('h2', {}, t(`${form.title_ja}の内容の確認`, `Check: ${form.title}`)), place,
    h('div', { class: 'card' }, facts(saved.shown.map((one) => [pick(one, 'label'), pick(one, 'value')])),
      h('p', { class: 'soft' }, t('署名すると、この内容が市に届きます。下書きは7日間保存されます。', 'When you sign, this reaches the city. A draft is kept for seven days.')),
      h('div', { class: 'buttons' },
        button(t('署名して提出する', 'Sign and hand in'), { kind: 'primary', do: 'sign', onclick: () => leaveFor('/api/applications/sign', { id: work.id }), onRefusal: place.show }),
        button(t('修正する', 'Change it'), { do: 'change', onclick: () => fillIn(stage, form) }))));
}

residentPage({
  title: () => t('申請する', 'Apply'),
  load: async () => {
    const { forms } = await api.get('/api/forms');
    if (work.id) {
      const saved = await api.get(`/api/application?id=${encodeURIComponent(work.id)}`);
      work.kind = saved.kind;
      work.values = saved.fields;
    }
    return forms;
  },
  draw: (main, forms) => {
    const form = forms.find((one) => one.kind === work.kind);
    if (!form) {
      choose(main, forms);
      return;
    }
    const stage = h('div', {});
    main.append(stage);
    fillIn(stage, form);
  },
});
