// The tax office's pages ask here: fill in, see the result, sign, keep the receipt.
#include "base/hex.h"
#include "credential/cms/signed_data.h"
#include "services/login/respond.h"
#include "services/tax/tax_office.h"

namespace mitome::services {
namespace {

constexpr size_t kIdSize = 16, kReceiptLetters = 8;
constexpr std::string_view kColumns =
    "SELECT id, COALESCE(receipt, ''), fields, document, signature, changed, filed, expires FROM tax_return ";

std::string make_receipt(crypto::Random& random, Instant now) {
  static constexpr std::string_view kLetters = "23456789ABCDEFGHJKMNPQRSTUVWXYZ";
  std::string out = "TX-" + to_compact_date(japan_date(now)) + "-";
  for (size_t i = 0; i < kReceiptLetters; ++i) out.push_back(kLetters[random.below(kLetters.size())]);
  return out;
}

std::vector<KeptRows> kept_rows() {
  std::vector<KeptRows> out = Sessions::kept();
  for (auto& row : Signing::kept()) out.push_back(row);
  out.push_back({"tax_return", "your returns", "申告書", "drafts 30 days, filed ones seven years", "下書きは30日、提出したものは7年"});
  return out;
}

Result<CheckedForm> check(const json::Value& body) {
  const json::Value* fields = body.find("fields");
  if (fields == nullptr) return Error{Reason::MALFORMED, "fields are missing"};
  return check_form(tax_fields(), *fields);
}

/// What the return is about, as the gate told it at this login.
json::Value taxpayer(const Visitor& visitor) {
  return json::Value::object({{"name", visitor.claims.string_or("name", "")},
                              {"address", visitor.claims.string_or("address", "")},
                              {"birth_date", visitor.claims.string_or("birthdate", "")}});
}

http::Response download(const Bytes& body, std::string_view type, const std::string& name) {
  http::Response response = http::Response::bytes(body, type);
  response.headers.emplace_back("Content-Disposition", "attachment; filename=\"" + name + "\"");
  response.headers.emplace_back("Cache-Control", "no-store");
  return response;
}

}  // namespace

TaxOffice::TaxOffice(TaxConfig config, Gate& gate, store::Store& store, const Clock& clock, crypto::Random& random)
    : config_(std::move(config)),
      store_(store),
      clock_(clock),
      random_(random),
      sessions_(store, clock, random_),
      login_({config_.origin, {"name", "address", "birthdate"},
              [this](const json::Value&) -> Result<json::Value> {
                TRY(config_.open());
                return json::Value::object();
              },
              [this](const Arrival& arrival, const json::Value&) -> Result<std::string> {
                TRY(config_.accepts(arrival.holder));
                TRY(retention_.purge());
                return std::string{"/"};
              }},
             gate, sessions_),
      signing_(gate, store, clock),
      retention_(store, clock, kept_rows()) {}

http::Response TaxOffice::me(const http::Request& request) {
  const auto open = config_.open();
  json::Value out = json::Value::object({{"year", kTaxYear}, {"open", open.has_value()}});
  if (!open) out.set("opens", open.error().detail);
  const auto visitor = sessions_.find(request);
  out.set("logged_in", visitor.has_value());
  if (!visitor) return respond(out.set("expired", visitor.error().reason == Reason::SESSION_EXPIRED));
  return respond(out.set("holder", visitor->holder).set("taxpayer", taxpayer(*visitor)).set("ends",
      to_unix(visitor->ends)));
}

http::Response TaxOffice::form(const http::Request&) {
  return http::Response::json(json::Value::object({{"year", kTaxYear}, {"fields", describe_form(tax_fields())}}));
}

/// What comes out of what is filled in so far, also with errors beside some fields: nothing is kept.
http::Response TaxOffice::calculate(const http::Request& request) {
  return respond([&]() -> Result<json::Value> {
    TRY(sessions_.find(request));
    TRY_ASSIGN(const json::Value body, http::json_body(request));
    TRY_ASSIGN(CheckedForm checked, check(body));
    const TaxInput input = read_tax_input(checked);
    json::Value out = json::Value::object({{"good", checked.good()}, {"fields", describe_errors(checked.errors)}});
    out.set("result", checked.good() ? to_json(assess(input)) : json::Value{});
    return out;
  }());
}

Result<std::vector<TaxOffice::Filing>> TaxOffice::list(const std::string& subject) {
  std::vector<Filing> out;
  const auto seen = store_.read([&](store::Transaction& transaction) -> Result<void> {
    TRY_ASSIGN(const auto rows, transaction.query(std::string{kColumns}
        + "WHERE subject = ?1 AND expires >= ?2 ORDER BY changed DESC, id",
                                                  {subject, to_unix(clock_.now())}));
    for (const store::Row& row : rows) {
      TRY_ASSIGN(json::Value fields, json::parse(row.text(2)));
      out.push_back({row.text(0), row.text(1), std::move(fields), row.blob(3), row.blob(4),
          instant_from_unix(row.integer(5)),
                     instant_from_unix(row.integer(6)), instant_from_unix(row.integer(7))});
    }
    return {};
  });
  TRY(seen);
  return out;
}

/// By id or receipt, one's own only (threats WEB-6).
Result<TaxOffice::Filing> TaxOffice::find(const std::string& subject, std::string_view id) {
  TRY_ASSIGN(auto mine, list(subject));
  for (Filing& one : mine)
    if (!id.empty() && (one.id == id || one.receipt == id)) return std::move(one);
  return Error{Reason::NOT_FOUND, "no such return of yours"};
}

Result<TaxOffice::Filing> TaxOffice::find_asked(const http::Request& request) {
  TRY_ASSIGN(const Visitor visitor, sessions_.find(request));
  TRY_ASSIGN(const http::Parameters parameters, http::query_parameters(request));
  const auto id = parameters.find("id");
  return find(visitor.subject, id == parameters.end() ? std::string_view{} : std::string_view{id->second});
}

json::Value TaxOffice::describe(const Filing& filing) const {
  return json::Value::object({{"id", filing.id},
                              {"receipt", filing.receipt},
                              {"state", filing.receipt.empty() ? "draft" : "filed"},
                              {"year", kTaxYear},
                              {"changed", to_unix(filing.changed)},
                              {"filed", to_unix(filing.filed)},
                              {"kept_until", to_unix(filing.expires)},
                              {"fields", filing.fields}});
}

http::Response TaxOffice::returns(const http::Request& request) {
  return respond([&]() -> Result<json::Value> {
    TRY_ASSIGN(const Visitor visitor, sessions_.find(request));
    TRY_ASSIGN(const auto mine, list(visitor.subject));
    json::Value out = json::Value::array();
    for (const Filing& one : mine) out.push(describe(one));
    return json::Value::object({{"returns", std::move(out)}});
  }());
}

http::Response TaxOffice::one_return(const http::Request& request) {
  return respond([&]() -> Result<json::Value> {
    TRY_ASSIGN(const Filing filing, find_asked(request));
    TRY_ASSIGN(CheckedForm form, check_form(tax_fields(), filing.fields));
    json::Value out = describe(filing);
    return out.set("result", to_json(assess(read_tax_input(form)))).set("document",
        std::string{as_text(filing.document)});
  }());
}

Result<std::string> TaxOffice::store_draft(const Visitor& visitor, const json::Value& values) {
  const std::string id = to_hex(random_.bytes(kIdSize));
  const Instant now = clock_.now();
  const auto written = store_.write([&](store::Transaction& transaction) -> Result<void> {
    // One draft at a time: the last one counts.
    TRY(transaction.run("DELETE FROM tax_return WHERE subject = ?1 AND receipt IS NULL", {visitor.subject}));
    TRY_ASSIGN(const auto count, transaction.query("SELECT COUNT(*) FROM tax_return WHERE subject = ?1",
        {visitor.subject}));
    if (count.front().integer(0) >= kMaxReturns) return Error{Reason::LIMIT_EXCEEDED, "over 20 returns"};
    return transaction.run("INSERT INTO tax_return(id, subject, receipt, fields, document, signature, changed, filed, expires) "
                           "VALUES(?1, ?2, NULL, ?3, x'', x'', ?4, 0, ?5)",
                           {id, visitor.subject, values.dump(), to_unix(now), to_unix(now + kReturnDraftKept)});
  });
  TRY(written);
  return id;
}

http::Response TaxOffice::save(const http::Request& request) {
  std::vector<FieldError> errors;
  const auto saved = [&]() -> Result<json::Value> {
    TRY(config_.open());
    TRY_ASSIGN(const Visitor visitor, sessions_.find(request));
    if (visitor.claims.find("name") == nullptr) return Error{Reason::LOGIN_REQUIRED,
        "this login was for the privacy page alone"};
    TRY_ASSIGN(const json::Value body, http::json_body(request));
    TRY_ASSIGN(CheckedForm checked, check(body));
    read_tax_input(checked);
    if (!checked.good()) {
      errors = std::move(checked.errors);
      return Error{Reason::FORM_INVALID, ""};
    }
    TRY_ASSIGN(std::string id, store_draft(visitor, checked.values));
    return json::Value::object({{"id", std::move(id)}});
  }();
  return errors.empty() ? respond(saved) : refuse_form(errors);
}

std::string TaxOffice::return_document(const Filing& filing, const Visitor& visitor) const {
  CheckedForm form = check_form(tax_fields(), filing.fields).value();
  const Assessment assessment = assess(read_tax_input(form));
  return canonical_json(json::Value::object({{"form", "mitome-return-1"},
                                             {"year", kTaxYear},
                                             {"id", filing.id},
                                             {"made_at", to_rfc3339(clock_.now())},
                                             {"taxpayer", taxpayer(visitor)},
                                             {"filled_in", filing.fields},
                                             {"total_income", assessment.total_income},
                                             {"deductions", assessment.deductions},
                                             {"taxable", assessment.taxable},
                                             {"tax", assessment.tax},
                                             {"due", assessment.due}}));
}

/// The bytes of the return stand still from here on; what goes to the gate is the signed attributes that hold their
/// digest.
Result<json::Value> TaxOffice::begin_signing(const http::Request& request) {
  TRY(config_.open());
  TRY_ASSIGN(const Visitor visitor, sessions_.find(request));
  TRY_ASSIGN(const json::Value body, http::json_body(request));
  TRY_ASSIGN(const std::string id, body.string_at("id"));
  TRY_ASSIGN(const Filing draft, find(visitor.subject, id));
  if (!draft.receipt.empty()) return Error{Reason::TRANSITION_REFUSED, "it was filed before"};
  const Bytes document = to_bytes(return_document(draft, visitor));
  const Bytes attributes = cms::signed_attributes({.digest = crypto::sha256(document), .signing_time = clock_.now()});
  TRY(store_.write([&](store::Transaction& transaction) {
    return transaction.run("UPDATE tax_return SET document = ?2 WHERE id = ?1 AND receipt IS NULL",
        {draft.id, document});
  }));
  TRY_ASSIGN(std::string url, signing_.begin(visitor, {draft.id, attributes, "令和7年分 所得税の確定申告書",
                                                       "Filing the income tax return of 2025", "令和7年分の確定申告"}));
  return json::Value::object({{"url", std::move(url)}});
}

http::Response TaxOffice::sign(const http::Request& request) { return respond(begin_signing(request)); }

Result<std::string> TaxOffice::file(const http::Request& request) {
  TRY_ASSIGN(const Visitor visitor, sessions_.find(request));
  TRY_ASSIGN(const SignedDocument signed_attributes, signing_.collect(visitor, request));
  TRY_ASSIGN(const Filing draft, find(visitor.subject, signed_attributes.reference));
  TRY_ASSIGN(const x509::Certificate signer, x509::Certificate::parse(signed_attributes.certificate));
  TRY_ASSIGN(const Bytes signature, cms::assemble({.attributes = signed_attributes.message,
                                                   .signer = signer,
                                                   .algorithm = crypto::SignatureAlgorithm::kRsaPkcs1Sha256,
                                                   .signature = signed_attributes.signature}));
  // Also that the return still is the one whose digest was signed: a second signing of the same draft may have
  // replaced it.
  TRY(cms::verify(signature, crypto::sha256(draft.document)));
  if (signed_attributes.signer.name != visitor.claims.string_or("name", ""))
    return Error{Reason::PERSON_MISMATCH, "the signer has another name than the return"};
  const Instant now = clock_.now();
  const std::string receipt = make_receipt(random_, now);
  const auto written = store_.write([&](store::Transaction& transaction) -> Result<void> {
    TRY(Signing::consume(transaction, signed_attributes, now));
    TRY(transaction.run("UPDATE tax_return SET receipt = ?2, signature = ?3, changed = ?4, filed = ?4, expires = ?5 "
                        "WHERE id = ?1 AND receipt IS NULL AND document = ?6",
                        {draft.id, receipt, signature, to_unix(now), to_unix(now + kReturnKept), draft.document}));
    if (transaction.changes() != 1) return Error{Reason::TRANSITION_REFUSED, "no draft stands here any more"};
    return {};
  });
  TRY(written);
  return receipt;
}

http::Response TaxOffice::signed_return(const http::Request& request) {
  const auto receipt = file(request);
  if (!receipt) return redirect_refusal(config_.origin, "/", receipt.error());
  return http::redirect(config_.origin + "/receipt?id=" + *receipt);
}

http::Response TaxOffice::download_return(const http::Request& request) {
  const auto filing = find_asked(request);
  if (!filing) return http::Response::error(filing.error());
  if (filing->receipt.empty()) return http::Response::error({Reason::NOT_FOUND, "it is not filed"});
  return download(filing->document, "application/json", filing->receipt + ".json");
}

http::Response TaxOffice::download_signature(const http::Request& request) {
  const auto filing = find_asked(request);
  if (!filing) return http::Response::error(filing.error());
  if (filing->receipt.empty()) return http::Response::error({Reason::NOT_FOUND, "it is not filed"});
  return download(filing->signature, "application/pkcs7-signature", filing->receipt + ".json.p7s");
}

Result<json::Value> TaxOffice::forget_all(const Visitor& visitor) {
  int64_t deleted = 0;
  json::Value kept = json::Value::array();
  TRY_ASSIGN(const auto mine, list(visitor.subject));
  const auto written = store_.write([&](store::Transaction& transaction) -> Result<void> {
    for (const char* sql : {"DELETE FROM tax_return WHERE subject = ?1 AND receipt IS NULL",
        "DELETE FROM signing WHERE subject = ?1",
                            "DELETE FROM session WHERE subject = ?1"}) {
      TRY(transaction.run(sql, {visitor.subject}));
      deleted += transaction.changes();
    }
    return {};
  });
  TRY(written);
  for (const Filing& one : mine) {
    if (one.receipt.empty()) continue;
    const std::string until = to_full_date(japan_date(one.expires));
    kept.push(json::Value::object({{"what", "return " + one.receipt},
                                   {"what_ja", "申告書 " + one.receipt},
                                   {"why", "A filed return can be corrected and examined for seven years, until "
                                       + until + "."},
                                   {"why_ja", "提出された申告書は更正・調査の対象となる7年間、" + until + "まで保存します。"}}));
  }
  return json::Value::object({{"deleted", deleted}, {"kept", std::move(kept)}});
}

http::Response TaxOffice::forget(const http::Request& request) {
  const auto visitor = login_.who_asks_to_forget(request);
  if (!visitor) return http::Response::error(visitor.error());
  http::Response response = respond(forget_all(*visitor));
  if (response.ok()) http::set_cookie(response, kSessionCookie, "", login_.secure());
  return response;
}

http::Response TaxOffice::retention(const http::Request&) {
  return respond(retention_.report());
}

}  // namespace mitome::services
