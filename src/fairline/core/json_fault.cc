// A plain RFC 8259 recogniser that stops at the first fault. It builds nothing and runs only on
// texts that the fast parser refused, so it is written to be read, not to be quick.
#include "fairline/core/json_fault.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <charconv>

#include "fairline/core/limits.h"
#include "fairline/core/utf8.h"

namespace fairline {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsHexDigit(char c) { return IsDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

class Recogniser {
 public:
  explicit Recogniser(std::string_view text) : text_(text) {}

  std::string FirstFault() {
    if (text_.starts_with("\xef\xbb\xbf"))
      return "the text begins with a byte order mark; remove it";
    SkipSpace();
    if (AtEnd()) return "the text is empty where a JSON value was expected";
    if (ReadValue(0)) {
      SkipSpace();
      if (!AtEnd()) Stop("there is more text after the end of the JSON value");
    }
    return fault_.empty() ? "this is not JSON that can be read" : fault_;
  }

 private:
  bool AtEnd() const { return at_ >= text_.size(); }
  char Peek() const { return AtEnd() ? '\0' : text_[at_]; }

  bool Skip(char c) {
    if (AtEnd() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  void SkipSpace() {
    while (!AtEnd() && std::string_view(" \t\r\n").contains(text_[at_])) ++at_;
  }

  void SkipDigits() {
    while (IsDigit(Peek())) ++at_;
  }

  bool Stop(std::string_view what) { return StopAt(at_, what); }

  bool StopAt(size_t offset, std::string_view what) {
    const std::string_view before = text_.substr(0, offset);
    const auto line = std::ranges::count(before, '\n') + 1;
    const size_t column = offset - (before.rfind('\n') + 1) + 1;
    fault_ = fmt::format("line {}, column {} (byte {}): {}", line, column, offset, what);
    return false;
  }

  bool Expected(std::string_view what) {
    if (AtEnd()) return Stop(fmt::format("the text ends where {} was expected", what));
    return Stop(fmt::format("expected {}", what));
  }

  bool ReadValue(size_t depth) {
    switch (Peek()) {
      case '{':
        return ReadObject(depth + 1);
      case '[':
        return ReadArray(depth + 1);
      case '"':
        return ReadString();
      case 't':
        return ReadWord("true");
      case 'f':
        return ReadWord("false");
      case 'n':
        return ReadWord("null");
      default:
        return ReadNumber();
    }
  }

  bool ReadObject(size_t depth) {
    if (depth > limits::kJsonDepth) return StopTooDeep();
    ++at_;
    SkipSpace();
    if (Skip('}')) return true;
    while (true) {
      if (Peek() != '"') return Expected("a key in double quotes");
      if (!ReadString()) return false;
      SkipSpace();
      if (!Skip(':')) return Expected("':' after the key");
      SkipSpace();
      if (!ReadValue(depth)) return false;
      SkipSpace();
      if (Skip('}')) return true;
      if (!Skip(',')) return Expected("',' or '}'");
      SkipSpace();
    }
  }

  bool ReadArray(size_t depth) {
    if (depth > limits::kJsonDepth) return StopTooDeep();
    ++at_;
    SkipSpace();
    if (Skip(']')) return true;
    while (true) {
      if (!ReadValue(depth)) return false;
      SkipSpace();
      if (Skip(']')) return true;
      if (!Skip(',')) return Expected("',' or ']'");
      SkipSpace();
    }
  }

  bool StopTooDeep() {
    return Stop(fmt::format("more than {} levels of arrays and objects", limits::kJsonDepth));
  }

  bool ReadWord(std::string_view word) {
    if (!text_.substr(at_).starts_with(word)) return Expected("a value");
    at_ += word.size();
    return true;
  }

  bool ReadNumber() {
    const size_t start = at_;
    const bool negative = Skip('-');
    if (!IsDigit(Peek())) {
      at_ = start;
      return Expected(negative ? "a number" : "a value");
    }
    if (Skip('0')) {
      if (IsDigit(Peek())) return StopAt(start, "a number must not begin with 0");
    } else {
      SkipDigits();
    }
    bool whole = true;
    if (Skip('.')) {
      whole = false;
      if (!IsDigit(Peek())) return Expected("a digit after the decimal point");
      SkipDigits();
    }
    if (Skip('e') || Skip('E')) {
      whole = false;
      if (!Skip('+')) Skip('-');
      if (!IsDigit(Peek())) return Expected("a digit of the exponent");
      SkipDigits();
    }
    return CheckRange(start, whole);
  }

  /// The grammar allows any number; what the fast parser then refuses is out of its range.
  bool CheckRange(size_t start, bool whole) {
    if (!number_parser_.parse(simdjson::padded_string(text_.substr(start, at_ - start))).error()) {
      return true;
    }
    return StopAt(start, whole ? "this whole number needs more than 64 bits; give it an exponent"
                               : "this number is outside the range of a double");
  }

  bool ReadString() {
    const size_t start = at_++;
    while (!Skip('"')) {
      if (AtEnd()) return StopAt(start, "this text in quotes has no end");
      if (static_cast<unsigned char>(Peek()) < 0x20) {
        return Stop("a control character inside quotes; write it as \\n, \\t or \\u00XX");
      }
      const bool read = Peek() == '\\' ? ReadEscape() : ReadCharacter();
      if (!read) return false;
    }
    return true;
  }

  bool ReadEscape() {
    const size_t start = at_++;
    if (Skip('u')) {
      const size_t digits = std::min<size_t>(4, text_.size() - at_);
      if (digits < 4 || !std::ranges::all_of(text_.substr(at_, 4), IsHexDigit)) {
        return StopAt(start, "\\u needs four hexadecimal digits");
      }
      const uint32_t unit = HexUnit(at_);
      at_ += 4;
      return unit >= 0xd800 && unit < 0xe000 ? ReadLowSurrogate(start, unit) : true;
    }
    if (AtEnd() || !std::string_view("\"\\/bfnrt").contains(Peek())) {
      return StopAt(start, "an unknown escape; a backslash itself is written \\\\");
    }
    ++at_;
    return true;
  }

  uint32_t HexUnit(size_t offset) const {
    uint32_t unit = 0;
    std::from_chars(text_.data() + offset, text_.data() + offset + 4, unit, 16);
    return unit;
  }

  bool ReadLowSurrogate(size_t start, uint32_t high) {
    const std::string_view next = text_.substr(at_, 6);
    const bool paired = high < 0xdc00 && next.size() == 6 && next.starts_with("\\u") &&
                        std::ranges::all_of(next.substr(2), IsHexDigit) &&
                        HexUnit(at_ + 2) >= 0xdc00 && HexUnit(at_ + 2) < 0xe000;
    if (!paired) return StopAt(start, "half of a surrogate pair");
    at_ += 6;
    return true;
  }

  bool ReadCharacter() {
    const size_t bytes = Utf8CharacterBytes(text_.substr(at_));
    if (bytes == 0) return Stop("a byte that is not valid UTF-8");
    at_ += bytes;
    return true;
  }

  std::string_view text_;
  simdjson::dom::parser number_parser_;
  size_t at_ = 0;
  std::string fault_;
};

}  // namespace

std::string FindJsonFault(std::string_view text) { return Recogniser(text).FirstFault(); }

}  // namespace fairline
