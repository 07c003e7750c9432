// What the guided tour shows, in the chapters of the how-to that this town was made after. A step names its place, what is said, and what it
// points at (look) or does (do: the data-do of the page's own button; fill: typed into it; twice: pressed twice). `optional`: passed over when
// it is not there; `unless`: passed over when that is there. `arrive`: the step before leads there by itself. `fresh`: the page is opened anew at `path`.

const at = (place, path) => ({ place, path, fresh: true });
const on = (place) => ({ place });
const step = (where, ja, en, more = {}) => ({ ...where, say: [ja, en], ...more });

const PHONE_1 = '/?phone=phone-1', PHONE_2 = '/?phone=phone-2';

/** The nine steps on one phone, by the n-th of the town's cards. */
function enrolment(phone, sensor, n) {
  const it = on('phone');
  return [
    step(at('phone', phone), '画面は消えています。サイドボタンで点けます。', 'The screen sleeps. The side button wakes it.', { do: '.device:has(.asleep) ~ * [data-do="side-once"]', unless: '.locked, .home, .view' }),
    step(it, 'ロックを解除します。', 'Unlock it.', { do: 'unlock', unless: '.home, .view' }),
    step(it, '持ち主の顔や指の代わりに、ここでは模擬センサーを使います。', 'In place of the owner’s face or finger, the simulated sensor is used here.', { do: 'touch-owner', unless: '.home, .view' }),
    step(it, '認めアプリを開きます。', 'Open the app.', { do: 'open-app', unless: '[data-do="enrol-open"]' }),
    step(it, '「追加をはじめる」を押します。', 'Press “Start adding”.', { do: 'enrol-open' }),
    step(it, '手順1：用意するものを確かめて、始めます。', 'Step 1: see what is needed, and begin.', { do: 'enrol-start' }),
    step(it, '手順2：顔の動きを撮影します。難しければ別の動きに替えられます。カメラがないので見本の動画を映します。', 'Step 2: film a movement of the face; another movement may be chosen. Without a camera, a sample film is shown.', { do: 'film-sample' }),
    step(it, '手順3：カードの券面事項入力補助用の暗証番号（4桁）。', 'Step 3: the card-surface PIN of the card (4 digits).', { do: 'text-pin', fill: '5678' }),
    step(it, '次へ進みます。', 'And on.', { do: 'next' }),
    step(it, '手順4：カードの署名用パスワード。', 'Step 4: the signing password of the card.', { do: 'sign-password', fill: 'SIGN1234' }),
    step(it, '次へ進みます。', 'And on.', { do: 'next' }),
    step(it, '手順5：カードを電話の背に当てます。', 'Step 5: lay the card at the phone’s back.', { do: `.scene .hand-items [data-lay="card"]:nth-of-type(${n})[aria-pressed="false"]`, unless: `.scene .hand-items [data-lay="card"]:nth-of-type(${n})[aria-pressed="true"]` }),
    step(it, '「読み取り開始」を押します。カードが署名して、本人確認が終わります。', 'Press “Start reading”: the card signs, and the proof of identity is complete.', { do: 'read' }),
    step(it, '手順6：スマホ用の利用者証明用暗証番号を決めます。カードと同じでもかまいません。', 'Step 6: choose the phone’s own user-authentication PIN; it may equal the card’s.', { do: 'own-pin', fill: '1234' }),
    step(it, '次へ進みます。', 'And on.', { do: 'next' }),
    step(it, '確認のため、もう一度入れます。', 'Once more, to be sure.', { do: 'own-pin', fill: '1234' }),
    step(it, '次へ進みます。', 'And on.', { do: 'next' }),
    step(it, '手順7：スマホ用の署名用パスワードを決めます。', 'Step 7: choose the phone’s own signing password.', { do: 'own-password', fill: 'SIGN1234' }),
    step(it, 'もう一度入れます。', 'Once more.', { do: 'own-password-again', fill: 'SIGN1234' }),
    step(it, '次へ進みます。', 'And on.', { do: 'next' }),
    step(it, `手順8：ウォレットに追加します。${sensor[0]}で確認します。`, `Step 8: add it to the wallet, confirmed by ${sensor[1]}.`, { do: 'add' }),
    step(it, '持ち主が確認します。', 'The owner confirms.', { do: 'touch-owner' }),
    step(it, '顔写真との見比べを待って、手順9：追加されました。使えるようになると通知が届きます。', 'The face is compared with the card’s picture, and step 9: added. A notification tells when it can be used.', { look: '.done-mark' }),
    step(at('town', '/'), '追加は8:00〜19:30なら数分で使えます。町の時計を10分進めます。', 'Added between 08:00 and 19:30, it can be used after some minutes. The town’s clock is moved ten minutes on.', { do: 'clock-later' }),
  ];
}

/** A wallet request on this device: choose the phone, unlock it, read, agree. */
const answer = (ja, en) => [
  step(on('phone'), '自分の電話を選びます。', 'Choose your phone.', { do: 'phone-phone-1', arrive: true, optional: true }),
  step(on('phone'), '開いていたウォレットを閉じます。', 'Close the wallet that was up.', { do: '.wallet-up [data-do="back"]', arrive: true, unless: '.consent, .locked, .asleep, .home, .view:not(.wallet-up)' }),
  step(on('phone'), '画面を点けます。', 'Wake the screen.', { do: '.device:has(.asleep) ~ * [data-do="side-once"]', arrive: true, unless: '.consent, .locked, .home, .view' }),
  step(on('phone'), 'ロックを解除します。', 'Unlock it.', { do: 'unlock', arrive: true, unless: '.consent, .home, .view' }),
  step(on('phone'), '持ち主が確認します。', 'The owner confirms.', { do: 'touch-owner', arrive: true, unless: '.consent, .home, .view' }),
  step(on('phone'), ja, en, { look: '.consent', arrive: true }),
  step(on('phone'), '同意します。', 'Agree.', { do: 'consent-yes', arrive: true }),
  step(on('phone'), '持ち主が顔を向けます。', 'The owner looks at it.', { do: 'touch-owner', arrive: true }),
];

export const CHAPTERS = [
  {
    id: 'what', title: ['どんなもの？', 'What is it?'], steps: [
      step(at('town', '/'), 'ようこそ。カードをスマホに入れると、スマホだけで本人確認ができます。この町で、記事の順に体験します。', 'Welcome. With the card in the phone, the phone alone proves who you are. Here you go through it in the order of the article.', { look: '.hero' }),
      step(on('town'), 'カードとスマホのちがいです。カードは暗証番号とICチップ、スマホは顔か指で確かめます。', 'Card and phone compared: the card by PIN and chip, the phone by face or finger.', { look: '[data-compare]' }),
      step(on('town'), '町には、使える場所がいくつもあります。どこも別のサーバーで、本物の手順で話します。', 'There are many places to use it. Each is a server of its own and speaks the real protocols.', { look: '#places' }),
      step(on('town'), '町の人と、その電話です。1台目は顔、2台目は指で使います。', 'The people and their phones: the first by face, the second by finger.', { look: '#people' }),
    ],
  },
  { id: 'add', title: ['カードを追加する', 'Adding the card'], steps: enrolment(PHONE_1, ['顔', 'face'], 1) },
  {
    id: 'face', title: ['顔で呼び出す', 'Calling it up by face'], steps: [
      step(at('phone', PHONE_1), '顔で使う機種では、サイドボタンを2回押します。', 'On a model with face recognition: press the side button twice.', { do: 'side-double' }),
      step(on('phone'), 'ポイントカードや乗車券と並んでいます。マイナンバーカードを選びます。', 'It lies beside point card and ticket. Choose the My Number Card.', { do: 'choose-card' }),
      step(on('phone'), '顔を向けて確認します。', 'Look at it, to confirm.', { do: 'touch-owner' }),
      step(on('phone'), '60秒のあいだ、1回だけ、読み取り機にかざせます。', 'For 60 seconds it can be held to a reader, once.', { look: '.ready' }),
    ],
  },
  {
    id: 'finger', title: ['指で呼び出す', 'Calling it up by finger'], steps: [
      ...enrolment(PHONE_2, ['指', 'finger'], 2),
      step(at('phone', PHONE_2), 'ホームボタンの2回押しは、画面が消えているかロックされているときだけ効きます。まず画面を消します。', 'The home button’s double press works only while the screen sleeps or is locked. First put it to sleep.', { do: 'side-once' }),
      step(on('phone'), 'ホームボタンを2回押します。', 'Press the home button twice.', { do: 'home-double' }),
      step(on('phone'), 'カードを選びます。', 'Choose the card.', { do: 'choose-card' }),
      step(on('phone'), '指を当てて確認します。', 'Touch the sensor, to confirm.', { do: 'touch-owner' }),
      step(on('phone'), '顔の機種と同じように使えます。', 'It is ready, as on the model with a face sensor.', { look: '.ready' }),
    ],
  },
  {
    id: 'kiosk', title: ['コンビニで証明書を取る', 'A certificate at a convenience store'], steps: [
      step(at('phone', PHONE_1), '先に電話の用意をします。開いていたウォレットは閉じます。', 'First the phone. A wallet that is still up is closed.', { do: '.wallet-up [data-do="back"]', unless: '.locked, .asleep, .home, .view:not(.wallet-up)' }),
      step(on('phone'), 'サイドボタンを2回押します。', 'Press the side button twice.', { do: 'side-double' }),
      step(on('phone'), 'カードを選びます。', 'Choose the card.', { do: 'choose-card' }),
      step(on('phone'), '顔で確認します。60秒のあいだ、かざせます。', 'Confirm by face. It can be held to a reader for 60 seconds.', { do: 'touch-owner' }),
      step(on('phone'), '用意ができました。', 'It is ready.', { look: '.ready' }),
      step(at('kiosk', '/?shop=minamo-1'), '店の端末です。言語を選びます。', 'The shop’s kiosk. Choose the language.', { do: 'start-ja' }),
      step(on('kiosk'), '住民票の写しを選びます。', 'Choose the certificate of residence.', { do: 'document-residence' }),
      step(on('kiosk'), 'スマートフォンを使います。暗証番号はいりません。', 'Use the phone: no PIN is needed.', { do: 'holder-phone' }),
      step(on('kiosk'), '電話を読み取り部に置きます。', 'Lay the phone on the reader.', { do: 'lay-phone-1' }),
      step(on('kiosk'), '読み取ります。', 'Let it read.', { do: 'read' }),
      step(on('kiosk'), '証明書ができました。確かめるための署名と番号が入っています。', 'The certificate is ready, signed inside and with a code to check it by.', { look: '.sheet' }),
      step(on('kiosk'), '受け取ります。端末には何も残りません。', 'Take it. Nothing stays in the kiosk.', { do: 'taken' }),
    ],
  },
  {
    id: 'portal', title: ['ポータルにログインする', 'Login to the portal'], steps: [
      step(at('portal', '/'), '住民ポータルで「ログイン」を押します。', 'At the residents’ portal, press “Log in”.', { do: 'login' }),
      step(on('gate'), '認証ゲートが、だれが何を求めているかを示します。スマートフォンで答えます。', 'The gate says who asks for what. Answer with the phone.', { do: 'phone', arrive: true }),
      ...answer('ログインの内容を確かめます。だれが、何のために、何を受け取り、何を保存するか。', 'See what the login is about: who asks, what for, what they learn and what they keep.'),
      step(on('portal'), 'ログインできました。ポータルには、ここだけで通用する番号しか渡っていません。', 'Logged in. The portal got a number that means you here and nowhere else.', { look: 'main h1', arrive: true }),
      step(on('portal'), 'はじめてなので、申込書に署名して登録します。', 'The first time, you sign an application.', { do: 'register', optional: true }),
      step(on('gate'), '署名もスマートフォンでします。', 'Signing, too, is done with the phone.', { do: 'phone', arrive: true }),
      ...answer('署名する文書を確かめます。', 'See the document that will be signed.'),
      step(on('portal'), '登録できました。', 'You are registered.', { look: 'main h1', arrive: true }),
      step(on('portal'), '健診の結果と薬の履歴を見ます。', 'See health checks and medication.', { do: 'to-health' }),
      step(on('portal'), 'これらの記録は、カードにも電話にも入っていません。ログインした本人だけが、ここで見られます。', 'None of this is on the card or the phone. Only who is logged in sees it, here.', { look: 'main h1' }),
    ],
  },
  {
    id: 'can', title: ['できること', 'What it can do'], steps: [
      step(at('phone', PHONE_1), '対面でも使えます。ウォレットを呼び出します。', 'It works in person, too. Bring up the wallet.', { do: 'side-double' }),
      step(on('phone'), 'カードを選びます。', 'Choose the card.', { do: 'choose-card', optional: true }),
      step(on('phone'), '持ち主が確認します。', 'The owner confirms.', { do: 'touch-owner', optional: true }),
      step(on('phone'), '窓口に見せるQRコードを出します。', 'Show a QR code at the counter.', { do: 'engage', optional: true }),
      step(on('phone'), 'このコードは接続のためのもので、個人の情報は入っていません。', 'The code is for making contact; it holds nothing about a person.', { look: '.qr' }),
      step(at('counter', '/'), '店の窓口です。年齢だけを確かめます。', 'A shop’s counter, which asks for the age alone.', { do: '[data-do="ask-age_over_20"] input' }),
      step(on('counter'), '読み取りへ進みます。', 'Go on to scanning.', { do: 'to-scan' }),
      step(on('counter'), 'コードを出しているスマホを探します。', 'Look for the phone that shows a code.', { do: 'look' }),
      step(on('counter'), 'スキャナーをかざします。', 'Hold the scanner to it.', { do: 'scan-phone-1' }),
      step(at('phone', PHONE_1), '電話に、だれが何を見たいかが出ます。生年月日は含まれません。', 'The phone says who wants to see what. The birth date is not among it.', { look: '.consent' }),
      step(on('phone'), '同意します。', 'Agree.', { do: 'consent-yes' }),
      step(on('phone'), '持ち主が確認します。', 'The owner confirms.', { do: 'touch-owner' }),
      step(at('counter', '/'), '窓口には「20歳以上」だけが届きました。運転免許証の代わりにはなりません。', 'The counter got “20 or older” and nothing else. It is no substitute for a driving licence.', { look: '[data-verdict="good"]' }),
      step(at('town', '/'), '診療所の受付、確定申告の署名も、同じように顔や指でできます。', 'A clinic’s reception and the signature under a tax return work the same way, by face or finger.', { look: '[data-place="clinic"]' }),
    ],
  },
  {
    id: 'safety', title: ['安全と、なくしたとき', 'Safety, and loss'], steps: [
      step(at('town', '/'), 'カードの情報は電話の安全な領域にあり、顔か指がなければ使えません。医療や銀行の記録は入っていません。', 'The card’s data is in the phone’s secure area and does nothing without face or finger. No medical or bank record is in it.', { look: '#people' }),
      step(at('desk', '/hotline'), 'なくしたら、24時間365日の電話で止められます。受ける側の画面です。', 'When it is lost, a hotline stops it, day and night. This is the other end of the line.', { do: 'sign-in', unless: '[data-do="suspend"]' }),
      step(on('desk'), '名前を伝えます。', 'Give the name.', { do: 'name', fill: '見留　花子' }),
      step(on('desk'), '生年月日を伝えます。', 'And the date of birth.', { do: 'birth', fill: '1980-02-17' }),
      step(on('desk'), '一時利用停止にします。実物のカードはそのまま使えます。', 'Suspend it. The real card works on.', { do: 'suspend' }),
      step(on('desk'), '止まりました。', 'It is suspended.', { look: '.notice.good' }),
      step(at('phone', PHONE_1), '電話が見つかりました。画面を点けます。', 'The phone is found. Wake it.', { do: '.device:has(.asleep) ~ * [data-do="side-once"]', unless: '.locked, .home, .view' }),
      step(on('phone'), 'ロックを解除します。', 'Unlock it.', { do: 'unlock', unless: '.home, .view' }),
      step(on('phone'), '持ち主が確認します。', 'The owner confirms.', { do: 'touch-owner', unless: '.home, .view' }),
      step(on('phone'), '認めアプリを開きます。', 'Open the app.', { do: 'open-app', unless: '[data-do="resume"]' }),
      step(on('phone'), 'アプリで利用を再開します。電話では再開できません。', 'Lift the suspension in the app; the hotline cannot.', { do: 'resume' }),
      step(on('phone'), '持ち主が確認します。', 'The owner confirms.', { do: 'touch-owner' }),
      step(on('phone'), 'また使えるようになりました。', 'It works again.', { look: '.notice.good' }),
    ],
  },
  {
    id: 'change', title: ['機種変更', 'Change of phone'], steps: [
      step(at('phone', PHONE_1), 'アカウントにサインインしても、このカードは新しい電話に移りません。古い電話で削除し、新しい電話で登録し直します。', 'Signing in does not bring this card to a new phone: delete it on the old one and register anew.', { do: 'open-app', unless: '[data-do="tab-menu"]' }),
      step(on('phone'), 'メニューを開きます。', 'Open the menu.', { do: 'tab-menu' }),
      step(on('phone'), 'スマホのカードを選びます。', 'Choose the card on this phone.', { do: 'menu-card' }),
      step(on('phone'), 'いちばん下の「削除する」を押します。', 'Press “Delete” at the very bottom.', { do: 'delete' }),
      step(on('phone'), '確かめて削除します。', 'Confirm.', { do: 'dialog-yes' }),
      step(on('phone'), '持ち主が確認します。証明書はすぐに失効します。', 'The owner confirms. The certificates are revoked at once.', { do: 'touch-owner' }),
      step(on('phone'), 'ウォレットに残ったカードは、手で取り除きます。', 'What is left in the wallet is removed by hand.', { do: 'open-wallet' }),
      step(on('phone'), '取り除きます。', 'Remove it.', { do: 'wallet-remove' }),
      step(on('phone'), '確かめて取り除きます。', 'Confirm.', { do: 'dialog-yes' }),
      step(on('phone'), 'ホーム画面へ戻り、登録し直します。', 'Back to the home screen, to add it anew.', { do: 'go-home' }),
      ...enrolment(PHONE_1, ['顔', 'face'], 1),
      step(on('town'), 'これで終わりです。あとは自由に歩いてください。', 'That is all. Walk about as you like.', { look: '.hero' }),
    ],
  },
];
