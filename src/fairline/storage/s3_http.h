// HTTP requests by libcurl. Connections are kept and shared by all threads.
#pragma once

#include <curl/curl.h>

#include <expected>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "fairline/core/result.h"

namespace fairline {

struct HttpRequest {
  std::string method;
  std::string url;
  std::map<std::string, std::string> headers;  // names in lower case, "host" among them
  std::string_view body;
};

struct HttpResponse {
  long status = 0;
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;                            // empty when a sink took it

  /// Empty when there is none.
  std::string Header(const std::string& name) const;
};

/// Takes the body of a successful answer piece by piece.
class BodySink {
 public:
  virtual ~BodySink() = default;
  /// Before the first piece, and again when the request is tried again.
  virtual Status Begin() = 0;
  virtual Status Append(std::string_view bytes) = 0;
};

struct HttpFailure {
  Error error;
  bool may_pass = false;  // the same request may succeed a little later
};

class HttpClient {
 public:
  /// An empty `ca_file` means the system's certificate authorities.
  explicit HttpClient(std::string ca_file);

  /// One attempt. Any status is an answer; no answer, one cut short or one the sink refuses is a
  /// failure. Thread-safe.
  std::expected<HttpResponse, HttpFailure> Send(const HttpRequest& request, BodySink* sink);

 private:
  struct CloseHandle {
    void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
  };
  using Handle = std::unique_ptr<CURL, CloseHandle>;

  Handle Take();
  void GiveBack(Handle handle);

  const std::string ca_file_;
  std::mutex mutex_;
  std::vector<Handle> idle_;
};

}  // namespace fairline
