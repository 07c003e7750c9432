// Notifications: in a list, on the lock screen, and as banners when they arrive.
import { h, t, pick, japanTime } from '/ui/ui.js';
import { phone } from './remote.js';
import { view, route } from './screen.js';

export const noticesScene = () => view(t('お知らせ', 'Notifications'), { back: route() === 'notices' ? '' : 'app/menu' }, noticeList(phone.notices));

export const noticeList = (notices) => (notices.length === 0 ? h('p', { class: 'soft' }, t('お知らせはありません', 'No notifications'))
  : h('ul', { class: 'list' }, notices.map((it) => h('li', { dataset: { notice: it.kind } },
    h('div', { class: 'row spread' }, h('strong', {}, pick(it, 'title')), h('span', { class: 'small soft' }, japanTime(it.at))), h('p', { class: 'small' }, pick(it, 'text'))))));

export function banner(it) {
  const region = document.querySelector('.banners');
  if (!region) return;
  const element = h('div', { class: 'banner', dataset: { notice: it.kind } }, h('strong', {}, pick(it, 'title')), h('span', {}, pick(it, 'text')),
    h('button', { type: 'button', 'aria-label': t('閉じる', 'Close'), onclick: () => element.remove() }, '×'));
  region.append(element);
  setTimeout(() => element.remove(), 6000);
}
