// Strict: what a setting should not hold (a fragment, a name given twice) is refused, not guessed.
#include "fairline/storage/url.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "fairline/core/encoding.h"

namespace fairline {
namespace {

std::unexpected<Error> Wrong(std::string message) {
  return Fail(ErrorCode::kInvalidArgument, std::move(message));
}

/// The part before `separator`, which is taken off `text` with it; all of it when there is none.
std::string_view TakeUntil(std::string_view& text, std::string_view separator) {
  const size_t end = text.find(separator);
  const std::string_view part = text.substr(0, end);
  text = end == std::string_view::npos ? std::string_view() : text.substr(end + separator.size());
  return part;
}

Result<std::string> Decode(std::string_view text) {
  std::string decoded;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    const auto byte = FromHex(text.substr(i + 1, 2));
    if (!byte || byte->size() != 1) return Wrong("a % in the URL has no two digits behind it");
    decoded += *byte;
    i += 2;
  }
  return decoded;
}

Status ParseUser(std::string_view text, Url& url) {
  const bool has_password = text.find(':') != std::string_view::npos;
  url.user = FAIRLINE_TRY(Decode(TakeUntil(text, ":")));
  if (has_password) url.password = FAIRLINE_TRY(Decode(text));
  return {};
}

Status ParseHost(std::string_view text, Url& url) {
  if (text.starts_with('[')) {
    text.remove_prefix(1);
    if (text.find(']') == std::string_view::npos) return Wrong("the URL's host has no closing ]");
    url.host = TakeUntil(text, "]");
    if (!text.empty() && text.front() != ':') return Wrong("the URL's host goes on after its ]");
    if (!text.empty()) text.remove_prefix(1);
  } else {
    url.host = TakeUntil(text, ":");
  }
  if (text.empty()) return {};
  uint16_t port = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || stop != text.data() + text.size() || port == 0) {
    return Wrong("the URL's port is no number from 1 to 65535");
  }
  url.port = port;
  return {};
}

Status ParseQuery(std::string_view text, Url& url) {
  while (!text.empty()) {
    std::string_view value = TakeUntil(text, "&");
    std::string name = FAIRLINE_TRY(Decode(TakeUntil(value, "=")));
    if (name.empty()) return Wrong("the URL has a value without a name after its ?");
    if (!url.query.emplace(name, FAIRLINE_TRY(Decode(value))).second) {
      return Wrong(fmt::format("the URL says {} twice", name));
    }
  }
  return {};
}

}  // namespace

Result<Url> ParseUrl(std::string_view text) {
  if (text.find("://") == std::string_view::npos) return Wrong("the URL has no scheme://");
  if (!std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7f && c != '#'; })) {
    return Wrong("the URL has a character that must be written as %XX");
  }
  Url url;
  url.scheme = TakeUntil(text, "://");
  std::string_view before_query = TakeUntil(text, "?");
  FAIRLINE_TRY(ParseQuery(text, url));
  std::string_view authority = TakeUntil(before_query, "/");
  url.path = FAIRLINE_TRY(Decode(before_query));
  if (const size_t at = authority.rfind('@'); at != std::string_view::npos) {
    FAIRLINE_TRY(ParseUser(authority.substr(0, at), url));
    authority.remove_prefix(at + 1);
  }
  FAIRLINE_TRY(ParseHost(authority, url));
  return url;
}

}  // namespace fairline
