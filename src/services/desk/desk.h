// The desk: city counter, hotline, the finder of lost phones and the operator's room, each with its own token at the
// authority. A page can do what the role that somebody signed in with may do, and no more.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "base/time.h"
#include "crypto/random.h"
#include "protocol/http/http.h"
#include "services/desk/card_table.h"

namespace mitome::services::desk {

/// One person may hold several accounts; what counts is the person (threats ADM-1).
struct Account {
  std::string name;      ///< as it is chosen at the sign-in
  std::string role;      ///< city, hotline, operator
  std::string employee;  ///< the person's number
};

/// The invented staff of city hall; the last account is a second one of the first person.
std::vector<Account> invented_staff();

struct DeskConfig {
  std::string origin = "http://desk.localhost";
  std::string authority = "http://authority.localhost";
  std::string kiosk = "http://kiosk.localhost";
  std::map<std::string, std::string, std::less<>> tokens;  ///< by role: city, hotline, findmy, operator
  std::vector<Account> accounts = invented_staff();
  /// A drawn portrait (PNG) for who brings no picture.
  std::function<Bytes(std::string_view seed)> draw_portrait;
};

inline constexpr std::chrono::minutes kShift{60};  ///< a sign-in ends after this
inline constexpr size_t kMaxSignIns = 1024;
inline constexpr size_t kMaxPhoto = 512 * 1024;

/// Who is signed in in one browser. The sign-in itself is simulated: nobody asks for a staff card.
struct SignIn {
  std::string role;   ///< city, hotline, findmy, operator
  std::string staff;  ///< name of the member of staff; findmy: the phone's owner
  std::string phone;  ///< findmy: the owner's phone
  std::string employee;
  Instant expires;
};

/// Thread-safe when the random source is.
class Desk {
 public:
  /// All of it must outlive the desk.
  Desk(DeskConfig config, CardTable& table, const Clock& clock, crypto::Random& random, http::HttpClient& network)
      : config_(std::move(config)), table_(table), clock_(clock), random_(random), network_(network) {}

  // session.cc
  Result<http::Response> session(const http::Request& request);
  Result<http::Response> sign_in(const http::Request& request);
  Result<http::Response> sign_out(const http::Request& request);

  // counter.cc: a card and its person
  Result<http::Response> invent(const http::Request& request);
  Result<http::Response> issue(const http::Request& request);
  Result<http::Response> replace(const http::Request& request);
  Result<http::Response> read_card(const http::Request& request);
  Result<http::Response> update_card(const http::Request& request);
  Result<http::Response> reset_pin(const http::Request& request);

  // passed.cc: what the authority does alone
  /// A POST whose body goes to `path` at the authority with the role's token.
  Result<http::Response> pass_post(const http::Request& request, std::string_view role, std::string_view path);
  Result<http::Response> pass_get(const http::Request& request, std::string_view role, std::string_view path);
  /// The operator's decision on a likeness, but not on a card that the same person made: FORBIDDEN.
  Result<http::Response> decide(const http::Request& request);
  Result<http::Response> findmy_suspend(const http::Request& request);
  Result<http::Response> refuse_resume(const http::Request& request);
  Result<http::Response> verify_paper(const http::Request& request);

 private:
  /// The sign-in of this browser; LOGIN_REQUIRED without one, FORBIDDEN with another role.
  Result<SignIn> require(const http::Request& request, std::string_view role);
  http::Request with_token(http::Request request, std::string_view role) const;
  Result<json::Value> ask(std::string_view role, std::string_view path, const json::Value& body);
  /// Keys of a blank card go to `path` at the authority with `body`, and what comes back goes into the card.
  Result<json::Value> make_card(std::string_view path, json::Value body, bool signing, const json::Value& pins);
  Result<std::string> serial_on_reader();
  Result<std::string> drawn_pin(const json::Value& pins, std::string_view which);
  std::string my_number();

  DeskConfig config_;
  CardTable& table_;
  const Clock& clock_;
  crypto::Random& random_;
  http::HttpClient& network_;
  /// Remembers who made the card of whom, as long as a likeness may be decided.
  void remember_maker(const json::Value& person, const SignIn& by);

  std::mutex mutex_;  // of sign_ins_ and makers_
  std::map<std::string, std::string, std::less<>> makers_;  ///< name and birth date → employee
  std::map<std::string, SignIn, std::less<>> sign_ins_;
};

/// docs/endpoints.md; the desk must outlive them.
std::vector<http::Route> routes(Desk& desk);

}  // namespace mitome::services::desk
