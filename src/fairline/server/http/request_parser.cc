// The one file that sees Beast.
#include "fairline/server/http/request_parser.h"

#include <fmt/format.h>

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/rfc7230.hpp>
#include <boost/beast/http/string_body.hpp>
#include <optional>

namespace fairline {

namespace http = boost::beast::http;

struct RequestParser::Parser {
  std::optional<http::request_parser<http::string_body>> beast;
};

namespace {

std::string_view View(boost::beast::string_view text) { return {text.data(), text.size()}; }

std::pair<int, std::string> Describe(boost::beast::error_code error, size_t max_header_bytes) {
  if (error == http::error::header_limit) {
    return {431, fmt::format("request line and headers exceed {} bytes", max_header_bytes)};
  }
  if (error == http::error::body_limit) return {413, "the body exceeds this operation's limit"};
  if (error == http::error::bad_version) return {505, "only HTTP/1.0 and HTTP/1.1 are spoken here"};
  if (error == http::error::bad_transfer_encoding) {
    return {400, "the Transfer-Encoding header is faulty or meets a Content-Length"};
  }
  return {400, "this is not a well-formed HTTP/1.1 request"};
}

}  // namespace

RequestParser::RequestParser(size_t max_header_bytes)
    : max_header_bytes_(max_header_bytes), parser_(std::make_unique<Parser>()) {
  Reset();
}

RequestParser::~RequestParser() = default;

void RequestParser::Reset() {
  auto& parser = parser_->beast.emplace();
  parser.header_limit(static_cast<uint32_t>(max_header_bytes_));
  parser.body_limit(boost::none);  // set per operation once the head is known
  parser.eager(false);
  state_ = State::kHead;
}

size_t RequestParser::Feed(std::string_view bytes) {
  if (state_ != State::kHead && state_ != State::kBody) return 0;
  auto& parser = *parser_->beast;
  boost::beast::error_code error;
  size_t taken = 0;
  if (!parser.is_done()) taken = parser.put({bytes.data(), bytes.size()}, error);
  if (error && error != http::error::need_more) {
    auto [status, message] = Describe(error, max_header_bytes_);
    Refuse(status, std::move(message));
  } else if (state_ == State::kHead && parser.is_header_done()) {
    state_ = State::kBody;
    ReadHead();
  } else if (state_ == State::kBody && parser.is_done()) {
    state_ = State::kComplete;
    request_.body = parser.get().body();
  }
  return taken;
}

void RequestParser::ReadHead() {
  auto& parser = *parser_->beast;
  parser.eager(true);
  const auto& message = parser.get();
  request_.method = View(message.method_string());
  std::string_view target = View(message.target());
  if (!target.starts_with('/')) {  // absolute form: http://host/path
    const size_t authority = target.find("://");
    const size_t slash =
        authority == std::string_view::npos ? authority : target.find('/', authority + 3);
    target = slash == std::string_view::npos ? std::string_view("/") : target.substr(slash);
  }
  const size_t question = target.find('?');
  request_.path = target.substr(0, question);
  request_.query =
      question == std::string_view::npos ? std::string_view() : target.substr(question + 1);
  request_.body = {};
  request_.headers.clear();
  for (const auto& field : message) {
    request_.headers.emplace_back(View(field.name_string()), View(field.value()));
  }
  if (!http_1_0() && message.count(http::field::host) != 1) {
    Refuse(400, "an HTTP/1.1 request carries exactly one Host header");
  } else if (message.count(http::field::transfer_encoding) > 0 && !parser.chunked()) {
    Refuse(501, "no transfer coding other than chunked is understood");
  }
}

void RequestParser::LimitBody(size_t max_bytes) {
  auto& parser = *parser_->beast;
  parser.body_limit(max_bytes);
  if (parser.content_length().value_or(0) > max_bytes) {
    Refuse(413, fmt::format("the body has {} bytes, at most {} are accepted here",
                            *parser.content_length(), max_bytes));
  }
}

void RequestParser::Refuse(int status, std::string message) {
  if (state_ == State::kHead) request_ = {};
  state_ = State::kRefused;
  refusal_status_ = status;
  refusal_ = std::move(message);
}

bool RequestParser::keep_alive() const {
  return state_ == State::kComplete && parser_->beast->keep_alive();
}

bool RequestParser::http_1_0() const { return parser_->beast->get().version() == 10; }

bool RequestParser::expects_continue() const {
  const auto& message = parser_->beast->get();
  const auto expect = message[http::field::expect];
  return message.version() == 11 && boost::beast::iequals(expect, "100-continue");
}

}  // namespace fairline
