// Peers that make a program of a model: TL2cgen writes C, lleaves writes machine code by LLVM. Both
// are called as their authors mean it, without Python in between.
#include <cmath>
#include <memory>

#include "engine/contender.h"
#include "engine/library.h"

namespace fairline::bench {
namespace {

// What TL2cgen's code reads a feature from; `missing` is -1 where there is no value.
union Entry {
  int missing;
  double value;
};

using Tl2cgenPredict = void(Entry* row, int raw, double* score);
using LleavesPredict = void(const double* rows, double* scores, int begin, int end);

}  // namespace

Contender MakeTl2cgen(const std::string& library, const Rows& rows) {
  auto* const predict = Library(library).Find<Tl2cgenPredict>("predict");
  Contender made{.name = "TL2cgen", .engine = "C code by gcc"};
  made.score_batch = [=, &rows](size_t begin, size_t end, double* scores, int) {
    thread_local std::vector<Entry> entries;
    entries.resize(rows.features);
    for (size_t row = begin; row < end; ++row) {
      const std::span<const double> values = rows.Row(row);
      for (size_t f = 0; f < values.size(); ++f) {
        if (std::isnan(values[f])) {
          entries[f].missing = -1;
        } else {
          entries[f].value = values[f];
        }
      }
      scores[row - begin] = 0;
      predict(entries.data(), 1, &scores[row - begin]);
    }
  };
  made.score_row = [batch = made.score_batch](size_t row, double* score) {
    batch(row, row + 1, score, 1);
  };
  return made;
}

Contender MakeLleaves(const std::string& library, const Rows& rows) {
  auto* const predict = Library(library).Find<LleavesPredict>("forest_root");
  Contender made{.name = "lleaves", .engine = "machine code by LLVM"};
  made.score_batch = [=, &rows](size_t begin, size_t end, double* scores, int) {
    predict(rows.Row(begin).data(), scores, 0, static_cast<int>(end - begin));
  };
  made.score_row = [=, &rows](size_t row, double* score) {
    predict(rows.Row(row).data(), score, 0, 1);
  };
  return made;
}

}  // namespace fairline::bench
