// A recursive-descent reader; its depth is limited, its length by the answer it reads.
#include "fairline/storage/s3_xml.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <utility>

namespace fairline {
namespace {

constexpr int kDepth = 16;

bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

bool IsNameCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == ':';
}

/// False for what is no character (a surrogate, above U+10FFFF, zero).
bool AppendUtf8(uint32_t point, std::string& text) {
  if (point == 0 || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) return false;
  if (point < 0x80) {
    text += static_cast<char>(point);
    return true;
  }
  const int more = point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
  const uint32_t lead = more == 1 ? 0xc0 : more == 2 ? 0xe0 : 0xf0;
  text += static_cast<char>(lead | (point >> (6 * more)));
  for (int i = more - 1; i >= 0; --i) text += static_cast<char>(0x80 | ((point >> (6 * i)) & 0x3f));
  return true;
}

class XmlReader {
 public:
  explicit XmlReader(std::string_view text) : text_(text) {}

  Result<XmlElement> Document() {
    (void)Take("\xef\xbb\xbf");  // a byte order mark
    if (Take("<?xml")) {
      const size_t end = text_.find("?>", at_);
      if (end == std::string_view::npos) return Fault("its declaration has no end");
      at_ = end + 2;
    }
    SkipSpace();
    if (!Take("<")) return Fault("it does not begin with an element");
    XmlElement root = FAIRLINE_TRY(Element(1));
    SkipSpace();
    if (at_ != text_.size()) return Fault("something follows the last element");
    return root;
  }

 private:
  std::unexpected<Error> Fault(std::string_view what) const {
    return Fail(ErrorCode::kDataLoss,
                fmt::format("the object store's answer is not the XML we know: {}", what),
                fmt::format("at byte {}", at_));
  }

  bool Take(std::string_view expected) {
    if (!text_.substr(at_).starts_with(expected)) return false;
    at_ += expected.size();
    return true;
  }

  void SkipSpace() {
    while (at_ < text_.size() && IsSpace(text_[at_])) ++at_;
  }

  Result<std::string> Name() {
    const size_t begin = at_;
    while (at_ < text_.size() && IsNameCharacter(text_[at_])) ++at_;
    if (at_ == begin) return Fault("a name is missing");
    return std::string(text_.substr(begin, at_ - begin));
  }

  Status SkipAttribute() {
    FAIRLINE_TRY(Name());
    SkipSpace();
    if (!Take("=")) return Fault("an attribute has no value");
    SkipSpace();
    const char quote = Take("\"") ? '"' : Take("'") ? '\'' : '\0';
    const size_t end = quote == '\0' ? std::string_view::npos : text_.find(quote, at_);
    if (end == std::string_view::npos || text_.substr(at_, end - at_).contains('<')) {
      return Fault("an attribute's value is not quoted");
    }
    at_ = end + 1;
    return {};
  }

  /// `&…;`, whose & is taken.
  Status Entity(std::string& text) {
    const size_t end = text_.find(';', at_);
    constexpr size_t kLongest = 10;
    if (end == std::string_view::npos || end - at_ > kLongest) return Fault("a & begins nothing");
    std::string_view name = text_.substr(at_, end - at_);
    constexpr std::pair<std::string_view, char> kNamed[] = {
        {"lt", '<'}, {"gt", '>'}, {"amp", '&'}, {"quot", '"'}, {"apos", '\''}};
    const auto named = std::ranges::find(kNamed, name, &std::pair<std::string_view, char>::first);
    if (named != std::end(kNamed)) {
      text += named->second;
    } else {
      if (!name.starts_with('#')) return Fault("an entity is unknown");
      name.remove_prefix(1);
      const int base = name.starts_with('x') ? 16 : 10;
      if (base == 16) name.remove_prefix(1);
      uint32_t point = 0;
      const auto [stop, error] =
          std::from_chars(name.data(), name.data() + name.size(), point, base);
      if (error != std::errc() || stop != name.data() + name.size() || !AppendUtf8(point, text)) {
        return Fault("a number of a character is none");
      }
    }
    at_ = end + 1;
    return {};
  }

  /// The rest of an element whose `<` is taken.
  Result<XmlElement> Element(int depth) {
    if (depth > kDepth) return Fault("its elements are nested too deeply");
    const std::string name = FAIRLINE_TRY(Name());
    XmlElement element{.name = name.substr(name.find(':') + 1), .text = {}, .children = {}};
    for (SkipSpace(); !Take(">"); SkipSpace()) {
      if (Take("/>")) return element;
      FAIRLINE_TRY(SkipAttribute());
    }
    while (at_ < text_.size()) {
      if (Take("</")) {
        if (FAIRLINE_TRY(Name()) != name) return Fault("an end does not fit its element");
        SkipSpace();
        if (!Take(">")) return Fault("an element's end is not closed");
        return element;
      }
      if (Take("<")) {
        element.children.push_back(FAIRLINE_TRY(Element(depth + 1)));
      } else if (Take("&")) {
        FAIRLINE_TRY(Entity(element.text));
      } else {
        const size_t end = std::min(text_.find_first_of("<&", at_), text_.size());
        element.text += text_.substr(at_, end - at_);
        at_ = end;
      }
    }
    return Fault("it ends in the middle");
  }

  std::string_view text_;
  size_t at_ = 0;
};

}  // namespace

const XmlElement* XmlElement::Find(std::string_view child) const {
  const auto found = std::ranges::find(children, child, &XmlElement::name);
  return found == children.end() ? nullptr : &*found;
}

std::string XmlElement::TextOf(std::string_view child) const {
  const XmlElement* const found = Find(child);
  return found == nullptr ? std::string() : found->text;
}

Result<XmlElement> ParseXml(std::string_view text) { return XmlReader(text).Document(); }

}  // namespace fairline
