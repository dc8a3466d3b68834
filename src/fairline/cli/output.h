// The two streams: data on stdout, everything said to a person on stderr. A reader of stdout that
// goes away (`| head`) ends the program quietly; colour never carries meaning alone.
#pragma once

#include <string>
#include <string_view>

#include "fairline/core/result.h"

namespace fairline {

enum class Style { kError, kHint, kGood, kBad, kStrong, kFaint };

/// Colours off: NO_COLOR, TERM=dumb, --no-color, or no terminal.
void DisableColour();
/// `text` for stderr in that style, or as it is when colours are off.
std::string Paint(Style style, std::string_view text);
/// The same for stdout.
std::string PaintOut(Style style, std::string_view text);

/// Data, to stdout.
void Print(std::string_view text);
/// Writes out what Print buffered. An error when stdout cannot take it (a full disk); a closed pipe
/// is not one.
Status FlushOutput();

/// Whether that failure only says that the reader of stdout is gone.
bool IsClosedPipe(const Error& error);

/// A remark, to stderr. Nothing depends on whether anyone reads it.
void PrintNote(std::string_view text);

bool StderrIsTerminal();

}  // namespace fairline
