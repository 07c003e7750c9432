// The kiosk in a shop: a municipality's certificates for who shows a phone or card. One session at a terminal, cleared 30 seconds after
// the last touch; a paper belongs to one session, one person and one certificate, leaves once, and is destroyed with its session.
// threats §1: Kawasaki (nobody's slot is overwritten), Yokohama (a late job is destroyed), Takamatsu (a wrong set-up serves nobody).
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>

#include "protocol/apdu/card_reader.h"
#include "protocol/http/http.h"
#include "services/directory.h"
#include "services/kiosk/paper_maker.h"
#include "services/kiosk/print_job.h"
#include "store/store.h"
#include "verifier/jpki_verifier.h"
#include "verifier/locked_random.h"
#include "verifier/outbound.h"

namespace mitome::services {

inline constexpr Seconds kIdle{30}, kLongestVisit{300}, kChallenge{60};
inline constexpr Seconds kCodeLife{180 * 24 * 3600};  ///< a certificate is good for half a year at most; then nobody may ask any more
inline constexpr size_t kMaxVisits = 4096;

struct Terminal {
  std::string id, shop;
  apdu::CardReader* reader = nullptr;
};
struct Office {
  std::string municipality;  ///< of the directory
  std::string residents;     ///< URL of POST /residents
  std::string token;         ///< role municipality
  MunicipalSeal seal;
};
/// Sets a PIN of the card that lies on a reader without its old one, as the issuer's keys in a kiosk do.
class PinSetter {
 public:
  virtual ~PinSetter() = default;
  /// `which` is "auth" or "sign"; the authority has said that this card may have it.
  virtual Result<void> set_pin(const std::string& card, std::string_view which, const crypto::Pin& pin) = 0;
};
struct KioskConfig {
  std::string origin;      ///< what a login is bound to: "http://kiosk.localhost"
  std::string ocsp_url;    ///< the only responder that is asked
  verifier::JpkiArm authentication;
  std::vector<Terminal> terminals;
  std::vector<Office> offices;
  std::string verify_url;  ///< the code is put behind it: "http://desk.localhost/verify?code="
  std::string redeem_url = {}, kiosk_token = {};  ///< POST /pin-resets/redeem, role kiosk
  PinSetter* pins = nullptr;                      ///< none: no PIN is set here
  Bytes approved = {};     ///< topology_hash() of what was approved to run
};
/// SHA-256 over every terminal with its shop and reader, and every municipality with its certificate.
Bytes topology_hash(const KioskConfig& config);

store::Migrations kiosk_schema();

class Kiosk {
 public:
  /// All of it must outlive the kiosk; the store has kiosk_schema(); readers and network serve several threads at once.
  Kiosk(KioskConfig config, const Directory& directory, PaperMaker& maker, store::Store& store, const Clock& clock, crypto::Random& random,
        http::HttpClient& network);

  /// What the constructor ran: KIOSK_UNFIT when terminals, readers, municipalities or the approved topology do not agree. All routes
  /// but the directory answer with it then.
  const Result<void>& fit() const { return fit_; }

  // docs/endpoints.md, kiosk.
  http::Response directory(const http::Request& request);
  http::Response start(const http::Request& request);
  http::Response session(const http::Request& request);
  http::Response choose(const http::Request& request);
  http::Response read(const http::Request& request);
  http::Response pin(const http::Request& request);
  http::Response paper(const http::Request& request);
  http::Response stay(const http::Request& request);
  http::Response end(const http::Request& request);
  http::Response verify(const http::Request& request);
  http::Response pin_reset(const http::Request& request);

  /// Ends what is over: sessions, their papers, and codes past their time.
  Result<void> tick();

  struct Held {
    size_t visits = 0, papers = 0;
    int64_t codes = 0;
  };
  Result<Held> held();

 private:
  enum class Phase : uint8_t { kChoose, kHold, kPin, kPaper, kDone };
  struct Visit {
    std::string id, shop, language;
    size_t terminal = 0;
    Instant started{}, touched{};
    Phase phase = Phase::kChoose;
    bool busy = false;
    std::string document;
    Holder holder = Holder::kPhone;
    Bytes certificate;  ///< of the card that was laid down before its PIN was asked
    int64_t tries = 0;
    std::optional<PrintJob> job;
  };
  using Step = std::function<Result<json::Value>(Visit&, const http::Request&)>;

  http::Response within(const http::Request& request, std::initializer_list<Phase> phases, const Step& step);
  Result<Visit> take(const http::Request& request, std::initializer_list<Phase> phases);
  Result<void> put_back(Visit visit);
  void sweep(Instant now);
  bool over(const Visit& visit, Instant now) const;
  Result<size_t> terminal_of(const Shop& shop, const std::string& wanted) const;
  json::Value describe(const Visit& visit) const;

  Result<json::Value> do_choose(Visit& visit, const http::Request& request);
  Result<json::Value> do_read(Visit& visit);
  Result<json::Value> do_pin(Visit& visit, const http::Request& request);
  Result<json::Value> do_paper(Visit& visit);

  Result<json::Value> do_pin_reset(Visit& visit, const http::Request& request);
  Result<std::string> redeem(const Visit& visit, const std::string& which, const crypto::Pin& other);
  Result<json::Value> authenticate(Visit& visit, apdu::ApduChannel& channel, const crypto::Pin* pin);
  Result<std::string> verified_serial(const Visit& visit, ByteView certificate, ByteView signature, ByteView message, Instant expires,
                                      ByteView nonce);
  Result<Resident> ask_resident(const Office& office, const std::string& serial);
  Result<std::pair<Resident, const Office*>> find_resident(const std::string& serial);
  Result<json::Value> print(Visit& visit, const std::string& serial);
  Result<void> record(const PrintJob& job, const std::string& municipality);
  Result<void> give_out(const PrintJob& job);

  KioskConfig config_;
  const Directory& directory_;
  PaperMaker& maker_;
  store::Store& store_;
  const Clock& clock_;
  verifier::LockedRandom random_;
  http::HttpClient& network_;
  verifier::Outbound outbound_;
  std::vector<verifier::JpkiAuthority> authorities_;
  Result<void> fit_;
  std::mutex mutex_;                        // over what follows
  std::map<std::string, Visit> visits_;
  std::map<size_t, std::string> at_terminal_;
};

std::vector<http::Route> routes(Kiosk& kiosk);

/// The reason why a kiosk with this configuration may not serve: KIOSK_UNFIT.
Result<void> self_test(const KioskConfig& config, const Directory& directory);

}  // namespace mitome::services
