// The transport over real sockets: keep-alive, pipelining, limits, deadlines, drain.
#include "fairline/server/http/server.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <future>
#include <mutex>
#include <thread>

namespace fairline {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

/// Echoes path and body; requests for /later wait until Release().
class EchoService : public HttpService {
 public:
  size_t BodyLimit(const Request&) const override { return 1000; }

  void Handle(const Request& request, Responder responder) override {
    std::string body = fmt::format("{} {}", request.path, request.body);
    std::lock_guard lock(mutex_);
    auto answer = [responder = std::move(responder), body]() mutable {
      responder([body] { return Response{200, "text/plain", body, {}}; });
    };
    if (request.path != "/later") return answer();
    waiting_.emplace_back(std::move(answer));
    if (waiting_.size() == 1) arrived_.set_value();
  }

  Response Refuse(const Request&, int status, std::string_view message) override {
    return {status, "text/plain", std::string(message), {}};
  }

  void AwaitOne() { arrived_.get_future().wait(); }
  void Release() {
    std::lock_guard lock(mutex_);
    for (auto& answer : waiting_) answer();
    waiting_.clear();
  }

 private:
  std::mutex mutex_;
  std::promise<void> arrived_;
  std::vector<std::move_only_function<void()>> waiting_;
};

class Client {
 public:
  explicit Client(int port) : socket_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  }
  ~Client() { close(socket_); }

  bool connected() const { return connected_; }
  void Send(std::string_view bytes) { send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL); }
  /// Reads until `marker` has been seen, or to the end of the stream.
  std::string ReadUntil(std::string_view marker) {
    std::string text;
    char c = 0;
    while (!text.ends_with(marker) && recv(socket_, &c, 1, 0) == 1) text += c;
    return text;
  }
  std::string ReadAll() {
    std::string text;
    char c = 0;
    while (recv(socket_, &c, 1, 0) == 1) text += c;
    return text;
  }

 private:
  int socket_;
  bool connected_ = false;
};

class HttpServerTest : public testing::Test {
 protected:
  void Serve(HttpSettings settings = {}) {
    auto server = HttpServer::Listen(settings, service_);
    ASSERT_TRUE(server) << server.error().message;
    server_ = *std::move(server);
    server_->Start();
  }

  EchoService service_;
  std::unique_ptr<HttpServer> server_;
};

constexpr char kGet[] = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n";

TEST_F(HttpServerTest, AnswersPipelinedRequestsInOrder) {
  Serve({.threads = 2});
  Client client(server_->port());
  client.Send(
      "GET /one HTTP/1.1\r\nHost: x\r\n\r\nPOST /two HTTP/1.1\r\nHost: x\r\n"
      "Content-Length: 3\r\n\r\nabcGET /three HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  const std::string all = client.ReadAll();
  EXPECT_THAT(all, testing::MatchesRegex("(.|\r|\n)*/one (.|\r|\n)*/two abc(.|\r|\n)*/three "));
}

TEST_F(HttpServerTest, HeadHasTheLengthAndNoBody) {
  Serve();
  Client client(server_->port());
  client.Send("HEAD /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  const std::string all = client.ReadAll();
  EXPECT_THAT(all, HasSubstr("Content-Length: 3\r\n"));
  EXPECT_THAT(all, testing::EndsWith("\r\n\r\n"));
}

TEST_F(HttpServerTest, AskedToContinueItSaysSo) {
  Serve();
  Client client(server_->port());
  client.Send("POST /a HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_EQ(client.ReadUntil("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  client.Send("hi");
  EXPECT_THAT(client.ReadUntil("/a hi"), StartsWith("HTTP/1.1 200 OK\r\n"));
}

TEST_F(HttpServerTest, TooLargeABodyIsRefusedBeforeItIsRead) {
  Serve();
  Client client(server_->port());
  client.Send("POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 1001\r\n\r\n");
  EXPECT_THAT(client.ReadAll(), StartsWith("HTTP/1.1 413 Content Too Large\r\n"));
}

TEST_F(HttpServerTest, TheClientGetsTheRefusalThoughItWentOnSending) {
  Serve();
  Client client(server_->port());
  client.Send("POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 400000\r\n\r\n" +
              std::string(400000, 'x'));
  EXPECT_THAT(client.ReadAll(), StartsWith("HTTP/1.1 413 "));
}

TEST_F(HttpServerTest, ASlowRequestIsCut) {
  Serve({.request_timeout_ms = 150});
  Client client(server_->port());
  client.Send("GET /a HTTP/1.1\r\nHo");
  EXPECT_THAT(client.ReadAll(), StartsWith("HTTP/1.1 408 "));
}

TEST_F(HttpServerTest, AnIdleConnectionIsClosedWithoutAWord) {
  Serve({.idle_timeout_ms = 150});
  Client client(server_->port());
  EXPECT_EQ(client.ReadAll(), "");
}

TEST_F(HttpServerTest, TooManyConnectionsAre503) {
  Serve({.connections = 1});
  Client first(server_->port());
  first.Send(kGet);
  EXPECT_THAT(first.ReadUntil("/a "), HasSubstr(" 200 "));
  Client second(server_->port());
  EXPECT_THAT(second.ReadAll(), StartsWith("HTTP/1.1 503 "));
}

TEST_F(HttpServerTest, APortInUseIsNamed) {
  Serve();
  const auto second = HttpServer::Listen({.port = server_->port()}, service_);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().message,
            fmt::format("port {} is already in use on 127.0.0.1", server_->port()));
}

TEST_F(HttpServerTest, AHostMustBeAnAddress) {
  const auto server = HttpServer::Listen({.host = "nowhere"}, service_);
  ASSERT_FALSE(server);
  EXPECT_EQ(server.error().code, ErrorCode::kInvalidArgument);
}

TEST_F(HttpServerTest, StopAnswersWhatHasBegunAndClosesTheRest) {
  Serve({.threads = 2});
  Client idle(server_->port()), busy(server_->port());
  idle.Send(kGet);
  idle.ReadUntil("/a ");
  busy.Send("GET /later HTTP/1.1\r\nHost: x\r\n\r\n");
  service_.AwaitOne();
  std::thread stopping([&] { server_->Stop(); });
  EXPECT_EQ(idle.ReadAll(), "");  // closed while the other request is still open
  service_.Release();
  const std::string reply = busy.ReadUntil("/later ");
  EXPECT_THAT(reply, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(reply, HasSubstr("Connection: close\r\n"));
  stopping.join();
  EXPECT_FALSE(Client(server_->port()).connected());
}

TEST_F(HttpServerTest, StopGivesUpAfterItsTimeout) {
  Serve({.drain_timeout_ms = 100});
  Client busy(server_->port());
  busy.Send("GET /later HTTP/1.1\r\nHost: x\r\n\r\n");
  service_.AwaitOne();
  server_->Stop();
  service_.Release();  // the late answer goes nowhere, and harms nothing
}

}  // namespace
}  // namespace fairline
