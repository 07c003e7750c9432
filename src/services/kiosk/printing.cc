// From a verified person to a paper in their hand, once.
#include <algorithm>

#include "base/hex.h"
#include "codec/base64url/base64url.h"
#include "protocol/http/web.h"
#include "services/kiosk/kiosk.h"

namespace mitome::services {
namespace {

/// Crockford's 32: no I, L, O, U, so that a code can be read aloud.
constexpr std::string_view kAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr size_t kCodeLength = 16;  // 80 bits

std::string code_from(ByteView random) {
  std::string out;
  for (size_t i = 0; i < kCodeLength; ++i) out += kAlphabet[random[i] % kAlphabet.size()];
  return out;
}

std::string grouped(const std::string& code) {
  std::string out;
  for (size_t i = 0; i < code.size(); ++i) out += (i && i % 4 == 0 ? "-" : "") + code.substr(i, 1);
  return out;
}

/// As people type it: any case, with or without hyphens, O for 0 and I or L for 1.
std::string normalised(std::string_view typed) {
  std::string out;
  for (char c : typed.substr(0, 64)) {
    if (c == '-' || c == ' ') continue;
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    out += c == 'O' ? '0' : c == 'I' || c == 'L' ? '1' : c;
  }
  return out;
}

crypto::Sha256Digest code_hash(const std::string& code) { return crypto::sha256(as_bytes(code)); }

render::CertificateKind kind_of(std::string_view document) {
  return document == "seal" ? render::CertificateKind::kSeal : render::CertificateKind::kResidence;
}

Error foreign() { return {Reason::PERSON_MISMATCH, "the paper is not this person's; it was destroyed"}; }

}  // namespace

store::Migrations kiosk_schema() {
  return {{"CREATE TABLE issued(code BLOB NOT NULL PRIMARY KEY, document TEXT NOT NULL, municipality TEXT NOT NULL, at INTEGER NOT NULL, "
           "given INTEGER NOT NULL) STRICT, WITHOUT ROWID",
           "CREATE INDEX issued_by_time ON issued(at)"}};
}

Result<json::Value> Kiosk::print(Visit& visit, const std::string& serial) {
  TRY_ASSIGN(const auto found, find_resident(serial));
  const auto& [resident, office] = found;
  TRY_ASSIGN(const Municipality municipality, directory_.municipality(office->municipality));
  TRY(Directory::check_municipality(municipality, visit.document, visit.holder));
  if (visit.document == "seal" && !resident.seal_registered) return Error{Reason::SEAL_NOT_REGISTERED, ""};
  const std::string code = code_from(random_.bytes(kCodeLength));
  PrintJob job{to_hex(random_.bytes(16)), visit.id, person_digest(resident), serial, visit.document, code_hash(code), {}, {}};
  TRY(record(job, municipality.id));  // durable before it is signed
  TRY_ASSIGN(Paper paper, maker_.make({kind_of(visit.document), municipality.name_ja, municipality.head_ja, resident.name, resident.kana,
                                       resident.address, resident.sex, resident.birth_date, resident.household_head, resident.relation_ja,
                                       clock_.now(), grouped(code), config_.verify_url + code, binding_of(job)},
                                      office->seal));
  job.pdf = std::move(paper.pdf);
  job.preview = std::move(paper.preview);
  visit.job = std::move(job);
  visit.certificate.clear();
  visit.phase = Phase::kPaper;
  return describe(visit);
}

/// The paper leaves the session here whatever comes of it. Before it leaves the kiosk: is it for this session, does it say so itself, and
/// does the municipality, asked once more by the certificate of this session, still mean the same person?
Result<json::Value> Kiosk::do_paper(Visit& visit) {
  const std::optional<PrintJob> job = std::move(visit.job);
  visit.job.reset();
  visit.phase = Phase::kDone;
  if (!job) return Error{Reason::JOB_DESTROYED, ""};
  const auto written = render::certificate_binding(job->pdf);
  if (job->visit != visit.id || !written || *written != binding_of(*job)) return foreign();
  TRY_ASSIGN(const auto again, find_resident(job->serial));
  if (person_digest(again.first) != job->person) return foreign();
  TRY(give_out(*job));
  json::Value out = describe(visit);
  out.set("document", job->document).set("title_ja", std::string{render::title_of(kind_of(job->document))});
  out.set("pdf", base64url::encode(job->pdf)).set("preview", base64url::encode(job->preview));
  return out;
}

Result<void> Kiosk::record(const PrintJob& job, const std::string& municipality) {
  return store_.write([&](store::Transaction& tx) {
    return tx.run("INSERT INTO issued(code, document, municipality, at, given) VALUES(?1, ?2, ?3, ?4, 0)",
                  {Bytes(job.code.begin(), job.code.end()), job.document, municipality, to_unix(clock_.now())});
  });
}

Result<void> Kiosk::give_out(const PrintJob& job) {
  return store_.write([&](store::Transaction& tx) -> Result<void> {
    TRY(tx.run("UPDATE issued SET given = 1 WHERE code = ?1 AND given = 0", {Bytes(job.code.begin(), job.code.end())}));
    if (tx.changes() != 1) return Error{Reason::REPLAY, "this paper was handed out"};
    return {};
  });
}

/// Without personal data: whoever holds the paper has read it already, and whoever guesses learns nothing (80 bits).
http::Response Kiosk::verify(const http::Request& request) {
  const auto parameters = http::query_parameters(request);
  if (!parameters) return http::Response::error(parameters.error());
  const auto typed = parameters->find("code");
  if (typed == parameters->end()) return http::Response::error({Reason::MALFORMED, "code"});
  const auto hash = code_hash(normalised(typed->second));
  std::optional<store::Row> row;
  const auto read = store_.read([&](store::Transaction& tx) -> Result<void> {
    TRY_ASSIGN(row, tx.query_one("SELECT document, municipality, at FROM issued WHERE code = ?1 AND given = 1 AND at > ?2",
                                 {Bytes(hash.begin(), hash.end()), to_unix(clock_.now() - kCodeLife)}));
    return {};
  });
  if (!read) return http::Response::error(read.error());
  if (!row) return http::Response::json(json::Value::object({{"valid", false}}));
  const auto municipality = directory_.municipality(row->text(1));
  json::Value out = json::Value::object({{"valid", true}, {"document", row->text(0)}});
  out.set("document_ja", std::string{render::title_of(kind_of(row->text(0)))});
  out.set("issued_at", to_rfc3339(instant_from_unix(row->integer(2))));
  out.set("municipality", municipality ? municipality->name : "").set("municipality_ja", municipality ? municipality->name_ja : "");
  return http::Response::json(out);
}

Result<void> Kiosk::tick() {
  const Instant now = clock_.now();
  {
    const std::lock_guard lock{mutex_};
    sweep(now);
  }
  return store_.write([&](store::Transaction& tx) {
    return tx.run("DELETE FROM issued WHERE at <= ?1 OR (given = 0 AND at <= ?2)",
                  {to_unix(now - kCodeLife), to_unix(now - kLongestVisit)});
  });
}

Result<Kiosk::Held> Kiosk::held() {
  Held out;
  {
    const std::lock_guard lock{mutex_};
    out.visits = visits_.size();
    const auto has_paper = [](const auto& each) { return each.second.job.has_value(); };
    out.papers = static_cast<size_t>(std::count_if(visits_.begin(), visits_.end(), has_paper));
  }
  TRY(store_.read([&](store::Transaction& tx) -> Result<void> {
    TRY_ASSIGN(const auto row, tx.query_one("SELECT count(*) FROM issued"));
    out.codes = row->integer(0);
    return {};
  }));
  return out;
}

}  // namespace mitome::services
