// Server and client over Boost.Beast; the only file that includes it, since it takes a quarter of a minute to compile.
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <algorithm>
#include <atomic>
#include <charconv>
#include <deque>
#include <thread>

#include "net/http_client.h"
#include "net/http_server.h"
#include "protocol/http/events.h"

namespace mitome::net {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace ssl = asio::ssl;
using asio::ip::tcp;
using boost::system::error_code;
using Body = beast::http::vector_body<uint8_t>;
using Plain = beast::tcp_stream;
using Encrypted = beast::ssl_stream<beast::tcp_stream>;
using BeastRequest = beast::http::request<Body>;
using BeastResponse = beast::http::response<Body>;

constexpr auto kHeartbeat = std::chrono::seconds{15};
constexpr size_t kMaxUnsentFrames = 256;  ///< a page that does not read is let go

std::string_view view(beast::string_view text) { return {text.data(), text.size()}; }

/// What belongs to one connection and its framing, and is written anew on the next (RFC 9110 7.6.1).
bool of_connection(beast::http::field name) {
  using Field = beast::http::field;
  return name == Field::connection || name == Field::keep_alive || name == Field::transfer_encoding ||
         name == Field::content_length || name == Field::host;
}

http::Headers end_to_end(const beast::http::fields& fields) {
  http::Headers headers;
  for (const auto& field : fields)
    if (!of_connection(field.name())) headers.emplace_back(view(field.name_string()), view(field.value()));
  return headers;
}

http::Request from_beast(BeastRequest&& from) {
  http::Request request;
  request.method = view(from.method_string());
  request.target = view(from.target());
  request.authority = view(from[beast::http::field::host]);
  request.headers = end_to_end(from);
  request.body = std::move(from.body());
  return request;
}

BeastResponse to_beast(http::Response&& from, const BeastRequest& request) {
  BeastResponse response{static_cast<beast::http::status>(from.status), request.version()};
  for (const auto& [name, value] : from.headers) response.insert(name, value);
  response.keep_alive(request.keep_alive());
  response.body() = std::move(from.body);
  response.prepare_payload();
  return response;
}

uint64_t last_event_id(const http::Request& request) {
  const std::string_view text = request.header("Last-Event-ID");
  uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

/// Frames on their way from whoever publishes to one connection.
class FrameQueue : public std::enable_shared_from_this<FrameQueue> {
 public:
  explicit FrameQueue(asio::any_io_executor executor) : executor_(std::move(executor)), wake_(executor_) {
    wake_.expires_at(asio::steady_timer::time_point::max());
  }
  /// From any thread.
  void push(const std::string& frame) {
    asio::post(executor_, [self = shared_from_this(), frame] {
      self->frames_.push_back(frame);
      self->wake_.cancel();
    });
  }
  bool overrun() const { return frames_.size() > kMaxUnsentFrames; }
  asio::awaitable<std::string> next() {
    if (frames_.empty()) {
      wake_.expires_after(kHeartbeat);
      error_code cancelled;
      co_await wake_.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
    }
    if (frames_.empty()) co_return std::string{": still here\n\n"};
    std::string frame = std::move(frames_.front());
    frames_.pop_front();
    co_return frame;
  }

 private:
  asio::any_io_executor executor_;
  asio::steady_timer wake_;
  std::deque<std::string> frames_;
};

/// Listens as long as it lives, also when the connection's coroutine ends without being resumed.
class Listening {
 public:
  Listening(std::shared_ptr<http::EventStream> events, uint64_t after, std::shared_ptr<FrameQueue> queue)
      : events_(std::move(events)),
        ticket_(events_->listen(after, [queue](const std::string& frame) { queue->push(frame); })) {}
  Listening(const Listening&) = delete;
  Listening& operator=(const Listening&) = delete;
  ~Listening() { events_->leave(ticket_); }
  bool refused() const { return ticket_ == 0; }

 private:
  std::shared_ptr<http::EventStream> events_;
  uint64_t ticket_;
};

struct OpenDoor {
  Door door;
  tcp::acceptor acceptor;
  asio::thread_pool pool;
  ssl::context tls{ssl::context::tls_server};  ///< unused at a plain door

  OpenDoor(Door from, asio::io_context& context)
      : door(std::move(from)), acceptor(context), pool(std::max<size_t>(door.threads, 1)) {}
};

/// Handles on the door's own threads, resumes on the connection's.
asio::awaitable<http::Response> handle(OpenDoor& open, http::Request request) {
  const auto connection = co_await asio::this_coro::executor;
  co_return co_await asio::async_initiate<decltype(asio::use_awaitable), void(http::Response)>(
      [&open, connection](auto&& done, http::Request asked) {
        asio::post(open.pool, [&open, connection, done = std::move(done), asked = std::move(asked)]() mutable {
          http::Response response = open.door.handle(asked);
          asio::post(connection, [done = std::move(done), response = std::move(response)]() mutable {
            std::move(done)(std::move(response));
          });
        });
      },
      asio::use_awaitable, std::move(request));
}

bool known_host(const Door& door, const http::Request& request) {
  return door.hosts.empty() || std::find(door.hosts.begin(), door.hosts.end(), request.authority) != door.hosts.end();
}

http::Response misdirected(const http::Request& request) {
  return {421, {{"Content-Type", "text/plain; charset=utf-8"}}, to_bytes("Nobody called \"" + request.authority + "\" lives here.\n")};
}

/// The socket below, which has the timeouts.
template <typename Stream>
beast::tcp_stream& socket_of(Stream& stream) { return beast::get_lowest_layer(stream); }

template <typename Stream>
asio::awaitable<void> feed(Stream& stream, std::shared_ptr<http::EventStream> events, uint64_t after,
                           http::Headers headers) {
  beast::http::response<beast::http::empty_body> head{beast::http::status::ok, 11};
  for (const auto& [name, value] : headers) head.insert(name, value);
  head.set(beast::http::field::content_type, "text/event-stream");
  head.set(beast::http::field::cache_control, "no-store");
  head.keep_alive(false);
  beast::http::response_serializer<beast::http::empty_body> serializer{head};
  error_code error;
  socket_of(stream).expires_after(std::chrono::seconds{kRequestSeconds});
  co_await beast::http::async_write_header(stream, serializer, asio::redirect_error(asio::use_awaitable, error));
  if (error) co_return;
  const auto queue = std::make_shared<FrameQueue>(stream.get_executor());
  const Listening listening{std::move(events), after, queue};
  if (listening.refused()) co_return;
  while (!error && !queue->overrun()) {
    const std::string frame = co_await queue->next();
    socket_of(stream).expires_after(std::chrono::seconds{kRequestSeconds});
    co_await asio::async_write(stream, asio::buffer(frame), asio::redirect_error(asio::use_awaitable, error));
  }
}

/// One request and its answer; false when the connection is to end.
template <typename Stream>
asio::awaitable<bool> serve_one(OpenDoor& open, Stream& stream, beast::flat_buffer& buffer) {
  beast::http::request_parser<Body> parser;
  parser.header_limit(kMaxHeader);
  parser.body_limit(http::kMaxBody);
  error_code error;
  socket_of(stream).expires_after(std::chrono::seconds{kRequestSeconds});
  co_await beast::http::async_read(stream, buffer, parser, asio::redirect_error(asio::use_awaitable, error));
  if (error == beast::http::error::end_of_stream || error == beast::error::timeout) co_return false;
  if (error) {
    const bool large = error == beast::http::error::body_limit || error == beast::http::error::header_limit;
    BeastResponse refusal{large ? beast::http::status::payload_too_large : beast::http::status::bad_request, 11};
    refusal.keep_alive(false);
    refusal.prepare_payload();
    co_await beast::http::async_write(stream, refusal, asio::redirect_error(asio::use_awaitable, error));
    co_return false;
  }
  BeastRequest message = parser.release();
  http::Request request = from_beast(BeastRequest{message});
  const uint64_t after = last_event_id(request);
  socket_of(stream).expires_never();
  http::Response answer = misdirected(request);
  // A statement of its own: g++ 12 destroys twice what a co_await inside "?:" made.
  if (known_host(open.door, request)) answer = co_await handle(open, std::move(request));
  if (answer.events != nullptr) {
    co_await feed(stream, std::move(answer.events), after, std::move(answer.headers));
    co_return false;
  }
  BeastResponse response = to_beast(std::move(answer), message);
  socket_of(stream).expires_after(std::chrono::seconds{kRequestSeconds});
  if (message.method() == beast::http::verb::head) {
    beast::http::response_serializer<Body> serializer{response};
    co_await beast::http::async_write_header(stream, serializer, asio::redirect_error(asio::use_awaitable, error));
  } else {
    co_await beast::http::async_write(stream, response, asio::redirect_error(asio::use_awaitable, error));
  }
  co_return !error && response.keep_alive();
}

asio::awaitable<void> serve_plain(OpenDoor& open, Plain stream) {
  beast::flat_buffer buffer;
  while (co_await serve_one(open, stream, buffer)) {
  }
  error_code ignored;
  stream.socket().shutdown(tcp::socket::shutdown_both, ignored);
}

asio::awaitable<void> serve_encrypted(OpenDoor& open, Encrypted stream) {
  error_code error;
  socket_of(stream).expires_after(std::chrono::seconds{kRequestSeconds});
  co_await stream.async_handshake(ssl::stream_base::server, asio::redirect_error(asio::use_awaitable, error));
  if (error) co_return;
  beast::flat_buffer buffer;
  while (co_await serve_one(open, stream, buffer)) {
  }
  // close_notify: without it the other side cannot tell an end from a cut (RFC 8446 6.1).
  socket_of(stream).expires_after(std::chrono::seconds{kRequestSeconds});
  co_await stream.async_shutdown(asio::redirect_error(asio::use_awaitable, error));
}

asio::awaitable<void> serve(OpenDoor& open, tcp::socket socket, std::shared_ptr<std::atomic<size_t>> connections) {
  error_code ignored;
  socket.set_option(tcp::no_delay{true}, ignored);
  if (open.door.tls == nullptr) {
    co_await serve_plain(open, Plain{std::move(socket)});
  } else {
    co_await serve_encrypted(open, Encrypted{std::move(socket), open.tls});
  }
  --*connections;
}

asio::awaitable<void> accept(OpenDoor& open, std::shared_ptr<std::atomic<size_t>> connections) {
  const auto executor = co_await asio::this_coro::executor;
  asio::steady_timer pause{executor};
  while (open.acceptor.is_open()) {
    error_code error;
    if (*connections >= kMaxConnections) {
      pause.expires_after(std::chrono::milliseconds{50});
      co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, error));
      continue;
    }
    tcp::socket socket = co_await open.acceptor.async_accept(asio::redirect_error(asio::use_awaitable, error));
    if (error == asio::error::operation_aborted) co_return;
    if (error) {
      pause.expires_after(std::chrono::milliseconds{100});  // out of descriptors, most likely: the next may succeed
      co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, error));
      continue;
    }
    ++*connections;
    asio::co_spawn(executor, serve(open, std::move(socket), connections), asio::detached);
  }
}

Error unreachable(const std::string& what, const error_code& error) {
  return {Reason::UNREACHABLE, what + ": " + error.message()};
}

Result<void> use_identity(ssl::context& context, const TlsIdentity& identity) {
  error_code error;
  context.set_options(ssl::context::default_workarounds | ssl::context::no_tlsv1 | ssl::context::no_tlsv1_1, error);
  const ByteView key = identity.key.reveal();
  if (!error) context.use_certificate_chain(asio::buffer(identity.chain_pem), error);
  if (!error) context.use_private_key(asio::buffer(key.data(), key.size()), ssl::context::asn1, error);
  if (error) return Error{Reason::MALFORMED, "TLS: " + error.message()};
  return {};
}

}  // namespace

struct HttpServer::Impl {
  asio::io_context context{1};
  std::vector<std::unique_ptr<OpenDoor>> doors;
  std::thread thread;

  Result<void> open(Door door) {
    auto made = std::make_unique<OpenDoor>(std::move(door), context);
    const std::string where = made->door.address + ":" + std::to_string(made->door.port);
    if (made->door.tls != nullptr) TRY(use_identity(made->tls, *made->door.tls));
    error_code error;
    const auto address = asio::ip::make_address(made->door.address, error);
    if (error) return unreachable(where, error);
    const tcp::endpoint endpoint{address, made->door.port};
    made->acceptor.open(endpoint.protocol(), error);
    if (!error) made->acceptor.set_option(tcp::acceptor::reuse_address{true}, error);
    if (!error) made->acceptor.bind(endpoint, error);
    if (!error) made->acceptor.listen(tcp::acceptor::max_listen_connections, error);
    if (error) return unreachable(where, error);
    doors.push_back(std::move(made));
    return {};
  }
};

HttpServer::HttpServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Result<std::unique_ptr<HttpServer>> HttpServer::start(std::vector<Door> doors) {
  auto impl = std::make_unique<Impl>();
  for (Door& door : doors) TRY(impl->open(std::move(door)));
  const auto connections = std::make_shared<std::atomic<size_t>>(0);
  for (const auto& open : impl->doors) asio::co_spawn(impl->context, accept(*open, connections), asio::detached);
  impl->thread = std::thread{[context = &impl->context] { context->run(); }};
  return std::unique_ptr<HttpServer>{new HttpServer{std::move(impl)}};
}

HttpServer::~HttpServer() {
  impl_->context.stop();
  impl_->thread.join();
  for (const auto& open : impl_->doors) open->pool.join();
}

uint16_t HttpServer::port(size_t door) const {
  CHECK(door < impl_->doors.size());
  return impl_->doors[door]->acceptor.local_endpoint().port();
}

void SocketHttpClient::know(std::string authority, std::string address, uint16_t port) {
  const std::lock_guard lock{mutex_};
  places_[std::move(authority)] = {std::move(address), port};
}

namespace {

asio::awaitable<void> ask(tcp::endpoint endpoint, BeastRequest request, Result<http::Response>& out) {
  beast::tcp_stream stream{co_await asio::this_coro::executor};
  stream.expires_after(std::chrono::seconds{kAnswerSeconds});
  error_code error;
  co_await stream.async_connect(endpoint, asio::redirect_error(asio::use_awaitable, error));
  if (!error) stream.socket().set_option(tcp::no_delay{true}, error);
  if (!error) co_await beast::http::async_write(stream, request, asio::redirect_error(asio::use_awaitable, error));
  beast::flat_buffer buffer;
  beast::http::response_parser<Body> parser;
  parser.header_limit(kMaxHeader);
  parser.body_limit(http::kMaxBody + 1);  // one more than is taken, so that the caller says LIMIT_EXCEEDED
  if (!error) co_await beast::http::async_read(stream, buffer, parser, asio::redirect_error(asio::use_awaitable, error));
  if (error) {
    out = unreachable("no answer", error);
    co_return;
  }
  BeastResponse message = parser.release();
  http::Response response;
  response.status = message.result_int();
  response.headers = end_to_end(message);
  response.body = std::move(message.body());
  out = std::move(response);
  stream.socket().shutdown(tcp::socket::shutdown_both, error);
}

}  // namespace

Result<http::Response> SocketHttpClient::send(const http::Request& request) {
  Place place;
  {
    const std::lock_guard lock{mutex_};
    const auto found = places_.find(request.authority);
    if (found == places_.end()) return Error{Reason::SSRF_BLOCKED, request.authority};
    place = found->second;
  }
  error_code error;
  const auto address = asio::ip::make_address(place.address, error);
  if (error) return unreachable(place.address, error);
  BeastRequest message{beast::http::verb::get, request.target, 11};
  message.method_string(request.method);
  message.set(beast::http::field::host, request.authority);
  for (const auto& [name, value] : request.headers) message.insert(name, value);
  message.set(beast::http::field::connection, "close");
  message.body() = request.body;
  message.prepare_payload();
  Result<http::Response> out = Error{Reason::UNREACHABLE, "no answer"};
  asio::io_context context{1};
  asio::co_spawn(context, ask({address, place.port}, std::move(message), out), asio::detached);
  context.run();
  return out;
}

}  // namespace mitome::net
