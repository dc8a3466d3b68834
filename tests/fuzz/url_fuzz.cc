// URLs of databases and object stores. One that is taken has the same parts when it is written
// anew; S3's host fits into a header; and no message or address shows the password.
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "fairline/core/check.h"
#include "fairline/storage/postgres_server.h"
#include "fairline/storage/s3_location.h"
#include "fairline/storage/url.h"

namespace {

using namespace fairline;

constexpr std::string_view kPassword = "s3cr3t-pass";

std::string Encoded(std::string_view text) {
  std::string encoded;
  for (const char c : text) encoded += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  return encoded;
}

std::string Written(const Url& url) {
  std::string text = url.scheme + "://";
  if (url.user) text += Encoded(*url.user);
  if (url.password) text += ":" + Encoded(*url.password);
  if (url.user) text += "@";
  text += url.host.contains(':') ? "[" + url.host + "]" : url.host;
  if (url.port) text += fmt::format(":{}", *url.port);
  text += "/" + Encoded(url.path);
  char separator = '?';
  for (const auto& [name, value] : url.query) {
    text += separator + Encoded(name) + "=" + Encoded(value);
    separator = '&';
  }
  return text;
}

void CheckParts(const std::string& text) {
  const auto url = ParseUrl(text);
  if (!url) return;
  const auto again = ParseUrl(Written(*url));
  FAIRLINE_CHECK(again.has_value(), "what was read can be written");
  FAIRLINE_CHECK(again->scheme == url->scheme && again->user == url->user &&
                     again->password == url->password && again->host == url->host &&
                     again->port == url->port && again->path == url->path &&
                     again->query == url->query,
                 "the same parts again");
}

void CheckS3(const std::string& text) {
  const auto location = ParseS3Url(text, "eu-west-1");
  if (!location) return;
  for (const std::string& part : {location->host, location->root, location->prefix}) {
    FAIRLINE_CHECK(std::ranges::all_of(part, [](char c) { return c > ' ' && c < 0x7f; }),
                   "a request can hold it");
  }
  FAIRLINE_CHECK(location->prefix.empty() || location->prefix.ends_with('/'), "keys begin a name");
}

// Somebody writes a password without %XX, or forgets what belongs behind it.
void CheckSecrecy(const std::string& rest) {
  if (rest.contains(kPassword)) return;
  const std::string user = fmt::format("://fairline:{}", kPassword);
  for (const std::string& text : {user + "@" + rest, user + rest}) {
    const std::string postgres = "postgresql" + text;
    const Status checked = CheckPostgresUrl(postgres);
    const std::string shown = checked ? PostgresAddress(postgres) : checked.error().message;
    FAIRLINE_CHECK(!shown.contains(kPassword), "a database's password is not shown");
    const auto s3 = ParseS3Url("s3" + text, "eu-west-1");
    FAIRLINE_CHECK(s3 || !s3.error().message.contains(kPassword), "nor a store's");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  CheckParts(text);
  CheckS3(text);
  CheckSecrecy(text);
  return 0;
}
