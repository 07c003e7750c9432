// Applications: filled in, checked, signed, received; and where they stand.
#include "base/hex.h"
#include "services/login/respond.h"
#include "services/portal/portal.h"

namespace mitome::services {
namespace {

constexpr size_t kIdSize = 16, kReceiptLetters = 8;
constexpr std::string_view kColumns =
    "SELECT id, kind, fields, COALESCE(receipt, ''), document, changed, received, withdrawn, expires FROM application ";

/// Date and chance: read out on the telephone without mistaking a letter for another.
std::string make_receipt(crypto::Random& random, Instant now) {
  static constexpr std::string_view kLetters = "23456789ABCDEFGHJKMNPQRSTUVWXYZ";
  std::string out = "MP-" + to_compact_date(japan_date(now)) + "-";
  for (size_t i = 0; i < kReceiptLetters; ++i) out.push_back(kLetters[random.below(kLetters.size())]);
  return out;
}

std::string parameter(const http::Request& request, std::string_view name) {
  const auto parameters = http::query_parameters(request);
  if (!parameters) return {};
  const auto found = parameters->find(name);
  return found == parameters->end() ? std::string{} : found->second;
}

Result<CheckedForm> check(const ApplicationForm& form, const json::Value& body, Date today) {
  const json::Value* fields = body.find("fields");
  if (fields == nullptr) return Error{Reason::MALFORMED, "fields are missing"};
  TRY_ASSIGN(CheckedForm checked, check_form(form.fields, *fields));
  form.judge(checked.values, today, checked);
  return checked;
}

}  // namespace

std::string_view Portal::state_of(const Application& application) const {
  if (application.withdrawn) return "withdrawn";
  if (application.receipt.empty()) return "draft";
  if (clock_.now() < application.received + kUntilReview) return "received";
  return clock_.now() < application.received + kUntilDecision ? "review" : "decided";
}

json::Value Portal::describe(const Application& application, bool whole) const {
  const ApplicationForm& form = *application_form(application.kind).value();
  json::Value out = json::Value::object({{"id", application.id},
                                         {"kind", application.kind},
                                         {"title", form.title_en},
                                         {"title_ja", form.title_ja},
                                         {"state", state_of(application)},
                                         {"receipt", application.receipt},
                                         {"changed", to_unix(application.changed)},
                                         {"received", to_unix(application.received)}});
  if (!whole) return out;
  json::Value shown = json::Value::array();
  for (const Field& field : form.fields) {
    const json::Value* value = application.fields.find(field.name);
    const json::Value known = value == nullptr ? json::Value{} : *value;
    shown.push(json::Value::object({{"label", field.en},
                                    {"label_ja", field.ja},
                                    {"value", show_value(field, known, false)},
                                    {"value_ja", show_value(field, known, true)}}));
  }
  return out.set("fields", application.fields).set("shown", std::move(shown)).set("document", application.document);
}

std::string Portal::application_text(const Application& application, const Account& who) const {
  const ApplicationForm& form = *application_form(application.kind).value();
  std::string out = "認めの町 電子申請\n手続 " + std::string{form.title_ja} + "\n申請者 " + who.name + "\n生年月日 " +
                    to_full_date(who.birth_date) + "\n";
  for (const Field& field : form.fields) {
    const json::Value* value = application.fields.find(field.name);
    out += std::string{field.ja} + " " + show_value(field, value == nullptr ? json::Value{} : *value, true) + "\n";
  }
  return out + "整理番号 " + application.id + "\n日時 " + to_japan_text(clock_.now()) + "（日本時間）\n";
}

Result<std::vector<Portal::Application>> Portal::list_applications(const std::string& subject) {
  std::vector<Application> out;
  TRY(store_.read([&](store::Transaction& transaction) -> Result<void> {
    TRY_ASSIGN(const auto rows, transaction.query(std::string{kColumns}
        + "WHERE subject = ?1 AND expires >= ?2 ORDER BY changed DESC, id",
                                                  {subject, to_unix(clock_.now())}));
    for (const store::Row& row : rows) {
      TRY_ASSIGN(json::Value fields, json::parse(row.text(2)));
      out.push_back({row.text(0), row.text(1), std::move(fields), row.text(3), row.text(4),
          instant_from_unix(row.integer(5)),
                     instant_from_unix(row.integer(6)), row.integer(7) != 0, instant_from_unix(row.integer(8))});
    }
    return {};
  }));
  return out;
}

/// By its id or its receipt number; another person's is not there at all (threats WEB-6).
Result<Portal::Application> Portal::find_application(const std::string& subject, std::string_view id) {
  TRY_ASSIGN(auto mine, list_applications(subject));
  for (Application& one : mine)
    if (!id.empty() && (one.id == id || one.receipt == id)) return std::move(one);
  return Error{Reason::NOT_FOUND, "no such application of yours"};
}

http::Response Portal::forms(const http::Request&) {
  json::Value out = json::Value::array();
  for (const ApplicationForm& form : application_forms()) {
    out.push(json::Value::object({{"kind", form.kind},
                                  {"title", form.title_en},
                                  {"title_ja", form.title_ja},
                                  {"about", form.about_en},
                                  {"about_ja", form.about_ja},
                                  {"fields", describe_form(form.fields)}}));
  }
  return http::Response::json(json::Value::object({{"forms", std::move(out)},
      {"today", to_full_date(japan_date(clock_.now()))}}));
}

http::Response Portal::forms_check(const http::Request& request) {
  return respond([&]() -> Result<json::Value> {
    TRY_ASSIGN(const json::Value body, http::json_body(request));
    TRY_ASSIGN(const std::string kind, body.string_at("kind"));
    TRY_ASSIGN(const ApplicationForm* form, application_form(kind));
    TRY_ASSIGN(const CheckedForm checked, check(*form, body, japan_date(clock_.now())));
    return json::Value::object({{"good", checked.good()}, {"fields", describe_errors(checked.errors)}});
  }());
}

http::Response Portal::applications(const http::Request& request) {
  return respond([&]() -> Result<json::Value> {
    TRY_ASSIGN(const auto who, resident(request));
    TRY_ASSIGN(const auto mine, list_applications(who.first.subject));
    json::Value out = json::Value::array();
    for (const Application& one : mine) out.push(describe(one, false));
    return json::Value::object({{"applications", std::move(out)}});
  }());
}

http::Response Portal::application(const http::Request& request) {
  return respond([&]() -> Result<json::Value> {
    TRY_ASSIGN(const auto who, resident(request));
    TRY_ASSIGN(const Application found, find_application(who.first.subject, parameter(request, "id")));
    return describe(found, true);
  }());
}

Result<std::string> Portal::save(const Visitor& visitor, const ApplicationForm& form, const json::Value& values,
    std::string_view id) {
  const Instant now = clock_.now();
  if (!id.empty()) {
    TRY_ASSIGN(const Application old, find_application(visitor.subject, id));
    if (state_of(old) != "draft" || old.kind != form.kind) return Error{Reason::TRANSITION_REFUSED,
        "only a draft can be changed"};
    TRY(store_.write([&](store::Transaction& transaction) -> Result<void> {
      return transaction.run("UPDATE application SET fields = ?2, changed = ?3, expires = ?4 WHERE id = ?1 AND receipt IS NULL",
                             {old.id, values.dump(), to_unix(now), to_unix(now + kDraftKept)});
    }));
    return old.id;
  }
  const std::string made = to_hex(random_.bytes(kIdSize));
  TRY(store_.write([&](store::Transaction& transaction) -> Result<void> {
    TRY_ASSIGN(const auto count, transaction.query("SELECT COUNT(*) FROM application WHERE subject = ?1",
        {visitor.subject}));
    if (count.front().integer(0) >= static_cast<int64_t>(kMaxApplications)) return Error{Reason::LIMIT_EXCEEDED,
        "over 50 applications"};
    return transaction.run(
        "INSERT INTO application(id, subject, kind, fields, receipt, document, certificate, signature, changed, received, withdrawn, "
        "expires) VALUES(?1, ?2, ?3, ?4, NULL, '', x'', x'', ?5, 0, 0, ?6)",
        {made, visitor.subject, std::string{form.kind}, values.dump(), to_unix(now), to_unix(now + kDraftKept)});
  }));
  return made;
}

http::Response Portal::application_save(const http::Request& request) {
  std::vector<FieldError> errors;
  const auto saved = [&]() -> Result<json::Value> {
    TRY_ASSIGN(const auto who, resident(request));
    TRY_ASSIGN(const json::Value body, http::json_body(request));
    TRY_ASSIGN(const std::string kind, body.string_at("kind"));
    TRY_ASSIGN(const ApplicationForm* form, application_form(kind));
    TRY_ASSIGN(CheckedForm checked, check(*form, body, japan_date(clock_.now())));
    if (!checked.good()) {
      errors = std::move(checked.errors);
      return Error{Reason::FORM_INVALID, ""};
    }
    TRY_ASSIGN(std::string id, save(who.first, *form, checked.values, body.string_or("id", "")));
    return json::Value::object({{"id", std::move(id)}});
  }();
  return errors.empty() ? respond(saved) : refuse_form(errors);
}

http::Response Portal::application_sign(const http::Request& request) {
  return respond([&]() -> Result<json::Value> {
    TRY_ASSIGN(const auto who, resident(request));
    TRY_ASSIGN(const json::Value body, http::json_body(request));
    TRY_ASSIGN(const std::string id, body.string_at("id"));
    TRY_ASSIGN(const Application draft, find_application(who.first.subject, id));
    if (state_of(draft) != "draft") return Error{Reason::TRANSITION_REFUSED, "it was received before"};
    const ApplicationForm& form = *application_form(draft.kind).value();
    // A draft of last week may have become wrong: a month that has begun, a child that goes to school now.
    TRY_ASSIGN(const CheckedForm checked, check(form, json::Value::object({{"fields", draft.fields}}),
        japan_date(clock_.now())));
    if (!checked.good()) return Error{Reason::FORM_INVALID, checked.errors.front().field};
    TRY_ASSIGN(std::string url, signing_.begin(who.first, {draft.id, to_bytes(application_text(draft, who.second)),
        std::string{form.title_ja},
                                                           std::string{form.title_en}, std::string{form.title_ja}}));
    return json::Value::object({{"url", std::move(url)}});
  }());
}

Result<std::string> Portal::store_received(const Visitor& visitor, const SignedDocument& document) {
  TRY_ASSIGN(const auto known, account(visitor.subject));
  if (!known) return Error{Reason::REGISTRATION_REQUIRED, ""};
  if (known->name != document.signer.name) return Error{Reason::PERSON_MISMATCH,
      "another name than the registered one: register again"};
  const Instant now = clock_.now();
  const std::string receipt = make_receipt(random_, now);
  const auto written = store_.write([&](store::Transaction& transaction) -> Result<void> {
    TRY(Signing::consume(transaction, document, now));
    TRY(transaction.run("UPDATE application SET receipt = ?2, document = ?3, certificate = ?4, signature = ?5, "
                        "changed = ?6, received = ?6, expires = ?7 WHERE id = ?1 AND subject = ?8 AND receipt IS NULL",
                        {document.reference, receipt, std::string{as_text(document.message)}, document.certificate,
                            document.signature, to_unix(now),
                         to_unix(now + kUntilDecision + kReceivedKept), visitor.subject}));
    if (transaction.changes() != 1) return Error{Reason::TRANSITION_REFUSED, "no draft stands here any more"};
    return {};
  });
  TRY(written);
  return receipt;
}

Result<json::Value> Portal::withdraw(const http::Request& request) {
  TRY_ASSIGN(const auto who, resident(request));
  TRY_ASSIGN(const json::Value body, http::json_body(request));
  TRY_ASSIGN(const std::string id, body.string_at("id"));
  TRY_ASSIGN(const Application found, find_application(who.first.subject, id));
  const std::string_view state = state_of(found);
  if (state == "decided" || state == "withdrawn") return Error{Reason::TRANSITION_REFUSED,
      "it is " + std::string{state}};
  const bool draft = state == "draft";
  TRY(store_.write([&](store::Transaction& transaction) -> Result<void> {
    if (draft) return transaction.run("DELETE FROM application WHERE id = ?1 AND receipt IS NULL", {found.id});
    return transaction.run("UPDATE application SET withdrawn = 1, changed = ?2, expires = ?3 WHERE id = ?1",
                           {found.id, to_unix(clock_.now()), to_unix(clock_.now() + kWithdrawnKept)});
  }));
  return json::Value::object({{"state", draft ? "deleted" : "withdrawn"}});
}

http::Response Portal::application_withdraw(const http::Request& request) { return respond(withdraw(request)); }

}  // namespace mitome::services
