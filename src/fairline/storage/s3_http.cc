// No redirect is followed and no password file read: a signed request goes where its URL says.
#include "fairline/storage/s3_http.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "fairline/core/check.h"

namespace fairline {
namespace {

constexpr long kConnectTimeoutMs = 3000;
constexpr long kSilenceTimeoutSeconds = 30;
constexpr size_t kBodyBytes = size_t{16} << 20;  // of an answer that no sink takes
constexpr size_t kIdleHandles = 16;

struct Exchange {
  CURL* handle;
  BodySink* sink;
  HttpResponse response;
  Status refused;  // by the sink
};

struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using HeaderList = std::unique_ptr<curl_slist, FreeList>;

size_t TakeHeader(char* bytes, size_t size, size_t count, void* pointer) {
  HttpResponse& response = static_cast<Exchange*>(pointer)->response;
  std::string_view line(bytes, size * count);
  while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.remove_suffix(1);
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos) {
    if (line.starts_with("HTTP/")) response.headers.clear();  // those before were of a 1xx
    return size * count;
  }
  std::string name(line.substr(0, colon));
  std::ranges::transform(name, name.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  line.remove_prefix(std::min(line.find_first_not_of(" \t", colon + 1), line.size()));
  response.headers[name] = line;
  return size * count;
}

size_t TakeBody(char* bytes, size_t size, size_t count, void* pointer) {
  Exchange& exchange = *static_cast<Exchange*>(pointer);
  const std::string_view piece(bytes, size * count);
  long status = 0;
  curl_easy_getinfo(exchange.handle, CURLINFO_RESPONSE_CODE, &status);
  if (exchange.sink != nullptr && status / 100 == 2) {
    exchange.refused = exchange.sink->Append(piece);
    return exchange.refused ? piece.size() : 0;
  }
  if (exchange.response.body.size() + piece.size() > kBodyBytes) return 0;
  exchange.response.body += piece;
  return piece.size();
}

HeaderList ListHeaders(const HttpRequest& request) {
  HeaderList list;
  const auto add = [&](const std::string& line) {
    curl_slist* const longer = curl_slist_append(list.get(), line.c_str());
    FAIRLINE_CHECK(longer != nullptr, "a header fits into memory");
    (void)list.release();
    list.reset(longer);
  };
  for (const auto& [name, value] : request.headers) add(fmt::format("{}: {}", name, value));
  // What libcurl would add by itself is not signed.
  add("Expect:");
  if (!request.headers.contains("content-type")) add("Content-Type:");
  return list;
}

void SetMethod(CURL* handle, const HttpRequest& request) {
  if (request.method == "HEAD") {
    curl_easy_setopt(handle, CURLOPT_NOBODY, 1L);
    return;
  }
  curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  if (request.method != "PUT" && request.method != "POST") return;
  curl_easy_setopt(handle, CURLOPT_POST, 1L);
  curl_easy_setopt(handle, CURLOPT_POSTFIELDS, request.body.data() ? request.body.data() : "");
  curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE,
                   static_cast<curl_off_t>(request.body.size()));
}

HttpFailure FailureOf(CURLcode code, const Exchange& exchange, std::string_view host,
                      const char* detail) {
  if (!exchange.refused) return {exchange.refused.error()};
  const auto failure = [&](ErrorCode error, std::string_view what, bool may_pass) {
    return HttpFailure{{error, fmt::format("the object store at {} {}", host, what), detail, {}},
                       may_pass};
  };
  switch (code) {
    case CURLE_PEER_FAILED_VERIFICATION:
      return failure(
          ErrorCode::kFailedPrecondition,
          "shows a TLS certificate that is not trusted (ca_file=… names another authority)", false);
    case CURLE_SSL_CACERT_BADFILE:
      return failure(ErrorCode::kInvalidArgument, "cannot be trusted: its ca_file cannot be read",
                     false);
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
      return failure(ErrorCode::kInvalidArgument, "has no usable endpoint", false);
    case CURLE_COULDNT_RESOLVE_HOST:
      return failure(ErrorCode::kUnavailable, "cannot be reached: there is no such host", true);
    case CURLE_COULDNT_CONNECT:
      return failure(ErrorCode::kUnavailable, "cannot be reached", true);
    case CURLE_OPERATION_TIMEDOUT:
      return failure(ErrorCode::kUnavailable, "does not answer in time", true);
    default:
      return failure(ErrorCode::kUnavailable, "broke the connection", true);
  }
}

}  // namespace

std::string HttpResponse::Header(const std::string& name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? std::string() : found->second;
}

HttpClient::HttpClient(std::string ca_file) : ca_file_(std::move(ca_file)) {
  static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
  FAIRLINE_CHECK(started == CURLE_OK, "libcurl starts");
}

std::expected<HttpResponse, HttpFailure> HttpClient::Send(const HttpRequest& request,
                                                          BodySink* sink) {
  Handle owned = Take();
  CURL* const handle = owned.get();
  Exchange exchange{.handle = handle, .sink = sink, .response = {}, .refused = {}};
  const HeaderList headers = ListHeaders(request);
  std::array<char, CURL_ERROR_SIZE> detail{};
  curl_easy_setopt(handle, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers.get());
  SetMethod(handle, request);
  curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, TakeHeader);
  curl_easy_setopt(handle, CURLOPT_HEADERDATA, &exchange);
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, TakeBody);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, &exchange);
  curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, detail.data());
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(handle, CURLOPT_PATH_AS_IS, 1L);
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, kConnectTimeoutMs);
  curl_easy_setopt(handle, CURLOPT_LOW_SPEED_LIMIT, 1L);
  curl_easy_setopt(handle, CURLOPT_LOW_SPEED_TIME, kSilenceTimeoutSeconds);
  if (!ca_file_.empty()) curl_easy_setopt(handle, CURLOPT_CAINFO, ca_file_.c_str());

  const CURLcode code = curl_easy_perform(handle);
  if (code != CURLE_OK)
    return std::unexpected(FailureOf(code, exchange, request.headers.at("host"), detail.data()));
  curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &exchange.response.status);
  GiveBack(std::move(owned));
  return std::move(exchange.response);
}

HttpClient::Handle HttpClient::Take() {
  const std::scoped_lock lock(mutex_);
  if (idle_.empty()) {
    Handle fresh(curl_easy_init());
    FAIRLINE_CHECK(fresh != nullptr, "libcurl gives a handle");
    return fresh;
  }
  Handle handle = std::move(idle_.back());
  idle_.pop_back();
  return handle;
}

void HttpClient::GiveBack(Handle handle) {
  curl_easy_reset(handle.get());  // connections stay open
  const std::scoped_lock lock(mutex_);
  if (idle_.size() < kIdleHandles) idle_.push_back(std::move(handle));
}

}  // namespace fairline
