// The applications that the portal takes.
#include "services/portal/portal.h"

namespace mitome::services {
namespace {

using std::chrono::sys_days;

constexpr Choice kNurseries[] = {{"kasuga", "Kasuga Hill Nursery", "かすが丘保育園"},
                                 {"minato", "Harbour Children's House", "みなとこどもの家"},
                                 {"midori", "Green Leaf Nursery", "みどりの葉保育園"},
                                 {"hoshi", "Little Star Nursery", "小さな星保育園"}};
constexpr Choice kNeeds[] = {{"work", "Work", "就労"},
                             {"study", "Study or training", "就学・職業訓練"},
                             {"illness", "Illness or disability", "疾病・障害"},
                             {"care", "Care of a relative", "親族の介護・看護"},
                             {"seeking", "Looking for work", "求職活動"}};
constexpr Choice kHours[] = {{"standard", "Standard, up to 11 hours a day", "保育標準時間（1日最大11時間）"},
                             {"short", "Short, up to 8 hours a day", "保育短時間（1日最大8時間）"}};
constexpr Choice kMoves[] = {{"out", "To another municipality", "市外への転出"}, {"within", "Within the city", "市内での転居"}};
constexpr Choice kAccounts[] = {{"ordinary", "Ordinary deposit", "普通預金"}, {"current", "Current account", "当座預金"}};
constexpr Choice kBirths[] = {{"first", "The first", "初めて"}, {"later", "Not the first", "2人目以降"}};

constexpr std::string_view kNameHintEn = "As in the family register, for example 山田　太郎",
    kNameHintJa = "戸籍のとおりに（例：山田　太郎）";

constexpr Field kNursery[] = {
    {"child_name", FieldKind::kText, "Child's name", "お子さまの氏名", kNameHintEn, kNameHintJa, true, 1, 60},
    {"child_birth_date", FieldKind::kDate, "Child's date of birth", "お子さまの生年月日", "", "", true},
    {"from_month", FieldKind::kMonth, "From which month", "入所を希望する月", "Next month up to a year ahead", "翌月から1年先まで",
        true},
    {"first_choice", FieldKind::kChoice, "First choice", "第1希望", "", "", true, 0, 0, kNurseries},
    {"second_choice", FieldKind::kChoice, "Second choice", "第2希望", "", "", false, 0, 0, kNurseries},
    {"hours", FieldKind::kChoice, "Hours", "保育の時間", "", "", true, 0, 0, kHours},
    {"need", FieldKind::kChoice, "Why care is needed", "保育を必要とする理由", "", "", true, 0, 0, kNeeds},
    {"note", FieldKind::kText, "Anything the nursery should know", "伝えておきたいこと", "Allergies, for example", "アレルギーなど",
        false, 0, 200},
};
constexpr Field kMoving[] = {
    {"move", FieldKind::kChoice, "Where to", "引越しの種類", "", "", true, 0, 0, kMoves},
    {"new_address", FieldKind::kText, "New address", "新しい住所", "From the prefecture on", "都道府県から", true, 5, 100},
    {"moving_date", FieldKind::kDate, "Date of the move", "引越しの日", "Up to 60 days ahead; 14 days back",
        "60日先まで（過ぎた日は14日前まで）", true},
    {"persons", FieldKind::kCount, "How many people move", "引越しをする人数", "With yourself", "ご本人を含む", true, 1, 20},
    {"visit_date", FieldKind::kDate, "Day of your visit at the counter", "窓口に来る予定の日", "On or after the move",
        "引越しの日以降", false},
};
constexpr Field kAllowance[] = {
    {"child_name", FieldKind::kText, "Child's name", "お子さまの氏名", kNameHintEn, kNameHintJa, true, 1, 60},
    {"child_birth_date", FieldKind::kDate, "Child's date of birth", "お子さまの生年月日",
        "Up to the end of the school year in which the child turns 18", "18歳到達後の最初の年度末まで", true},
    {"children", FieldKind::kCount, "Children that you bring up", "養育しているお子さまの人数", "", "", true, 1, 15},
    {"bank_code", FieldKind::kDigits, "Bank code", "金融機関コード", "Four digits; make one up", "数字4桁（架空のもの）", true, 0, 4},
    {"branch_code", FieldKind::kDigits, "Branch code", "支店番号", "Three digits", "数字3桁", true, 0, 3},
    {"account_kind", FieldKind::kChoice, "Kind of account", "預金種目", "", "", true, 0, 0, kAccounts},
    {"account_number", FieldKind::kDigits, "Account number", "口座番号", "Seven digits", "数字7桁", true, 0, 7},
    {"same_home", FieldKind::kTick, "The child lives with me", "お子さまと同居している", "", "", false},
};
constexpr Field kPregnancy[] = {
    {"due_date", FieldKind::kDate, "Expected date of birth", "出産予定日", "", "", true},
    {"clinic_name", FieldKind::kText, "Clinic or midwife", "診断を受けた医療機関・助産所", "", "", true, 1, 60},
    {"birth", FieldKind::kChoice, "Which birth", "出産の経験", "", "", true, 0, 0, kBirths},
    {"phone_number", FieldKind::kText, "Telephone for the visiting nurse", "保健師からの連絡先電話番号", "", "", true, 6, 20},
    {"wish_visit", FieldKind::kTick, "I wish for a visit by a public health nurse", "保健師の訪問を希望する", "", "", false},
};

/// The date of a field that was in order.
std::optional<sys_days> day_of(const json::Value& values, std::string_view name) {
  const auto text = values.string_at(name);
  const auto date = text ? date_from_text(*text) : Result<Date>{text.error()};
  return date ? std::optional{sys_days{*date}} : std::nullopt;
}

void refuse(CheckedForm& form, std::string_view field, std::string_view en, std::string_view ja) {
  form.errors.push_back({std::string{field}, std::string{en}, std::string{ja}});
}

/// The last day of the Japanese school year (31 March) in which this age is reached; who is born on 1 April belongs
/// to the year before
/// (School Education Act, art. 17 with the Act on the calculation of age).
sys_days school_year_end(sys_days birth, int age) {
  const Date reached{birth - Days{1}};
  const auto year = reached.year() + std::chrono::years{age};
  const bool before_april = reached.month() <= std::chrono::March;
  return sys_days{(before_april ? year : year + std::chrono::years{1}) / std::chrono::March / 31};
}

void judge_nursery(const json::Value& values, Date today, CheckedForm& form) {
  const auto birth = day_of(values, "child_birth_date");
  if (birth && *birth > sys_days{today} + Days{280})
    refuse(form, "child_birth_date", "Not more than 280 days ahead.", "280日より先の日付は入力できません。");
  if (birth && sys_days{today} > school_year_end(*birth, 6))
    refuse(form, "child_birth_date", "Nurseries take children until they go to school.", "保育所を利用できるのは就学前までです。");
  const auto text = values.string_at("from_month");
  if (text) {
    const auto month = month_from_text(*text).value();
    const auto now = today.year() / today.month();
    const auto ahead = (month.year() / month.month()) - now;
    if (ahead < std::chrono::months{1} || ahead > std::chrono::months{12})
      refuse(form, "from_month", "From next month up to a year ahead.", "翌月から1年先までの月を選んでください。");
  }
  const std::string second = values.string_or("second_choice", "");
  if (!second.empty() && second == values.string_or("first_choice", ""))
    refuse(form, "second_choice", "Another one than the first choice.", "第1希望と異なる園を選んでください。");
}

void judge_moving(const json::Value& values, Date today, CheckedForm& form) {
  const auto move = day_of(values, "moving_date"), visit = day_of(values, "visit_date");
  // Basic Resident Register Act, art. 22: within 14 days of the move.
  if (move && (*move > sys_days{today} + Days{60} || *move < sys_days{today} - Days{14}))
    refuse(form, "moving_date", "From 14 days ago up to 60 days ahead.", "14日前から60日先までの日付を入力してください。");
  if (move && visit && *visit < *move)
    refuse(form, "visit_date", "Not before the move.", "引越しの日以降の日付を入力してください。");
  if (visit && *visit < sys_days{today}) refuse(form, "visit_date", "This day is past.", "過ぎた日付です。");
}

void judge_allowance(const json::Value& values, Date today, CheckedForm& form) {
  const auto birth = day_of(values, "child_birth_date");
  if (!birth) return;
  if (*birth > sys_days{today}) refuse(form, "child_birth_date", "This day is still to come.", "未来の日付です。");
  if (sys_days{today} > school_year_end(*birth, 18)) {
    refuse(form, "child_birth_date", "The allowance ends with the school year in which the child turns 18.",
           "児童手当は18歳到達後の最初の年度末までです。");
  }
}

void judge_pregnancy(const json::Value& values, Date today, CheckedForm& form) {
  const auto due = day_of(values, "due_date");
  if (due && (*due < sys_days{today} || *due > sys_days{today} + Days{280}))
    refuse(form, "due_date", "From today up to 280 days ahead.", "今日から280日先までの日付を入力してください。");
}

constexpr ApplicationForm kForms[] = {
    {"nursery", "Place at a nursery", "保育所入所申請", "For children who do not go to school yet.",
        "就学前のお子さまの保育所・認定こども園の利用を申し込みます。", kNursery, judge_nursery},
    {"moving", "Notice of moving house", "引越しの予告",
        "Tell the city beforehand; the visit at the counter then is short.", "あらかじめお知らせいただくと、窓口での手続きが短くなります。",
        kMoving, judge_moving},
    {"allowance", "Child allowance", "児童手当の認定請求",
        "For who brings up a child up to the school year in which it turns 18.", "18歳到達後の最初の年度末までのお子さまを養育している方へ。",
        kAllowance, judge_allowance},
    {"pregnancy", "Notice of pregnancy", "妊娠の届出", "The mother and child handbook is handed over at the visit.",
        "母子健康手帳は面談のときにお渡しします。", kPregnancy, judge_pregnancy},
};

}  // namespace

std::span<const ApplicationForm> application_forms() { return kForms; }

Result<const ApplicationForm*> application_form(std::string_view kind) {
  for (const ApplicationForm& form : kForms)
    if (form.kind == kind) return &form;
  return Error{Reason::NOT_FOUND, "no such application"};
}

}  // namespace mitome::services
