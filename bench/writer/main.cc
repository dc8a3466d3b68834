// Feeds finished decisions to the DecisionWriter and measures how long each waits to be durable,
// beside a probe that syncs the same bytes. JSON comes out: a line every ten seconds, which starts
// with "seconds", and at the end one about everything, which starts with "decisions_per_s". The
// first two seconds count in neither. The probe's file and, with SQLite, what a store holds besides
// its database are in the current folder.
#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "fairline/core/config.h"
#include "fairline/decisioning/decision_writer.h"
#include "fairline/decisioning/store.h"
#include "writer/cpu.h"
#include "writer/decisions.h"
#include "writer/load.h"
#include "writer/log_meter.h"
#include "writer/parts.h"
#include "writer/probe.h"

namespace fairline::bench {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr const char* kUsage =
    "usage: bench_writer DATABASE_URL BUNDLE APPLICANTS.csv RATE SECONDS   (RATE 0: no limit)\n"
    "       bench_writer DATABASE_URL BUNDLE APPLICANTS.csv parts\n";

constexpr auto kSamplePeriod = std::chrono::milliseconds(100);
constexpr double kWarmUpSeconds = 2, kLineSeconds = 10;
// The probe comes once in so many commits, so that it loads the disk little, but often enough for
// a p99 and never more often than the disk can bear.
constexpr double kCommitsPerProbe = 10, kLeastProbes = 10, kMostProbes = 50;

struct Arguments {
  std::string database, bundle, applicants;
  double rate = 0, seconds = 0;
};

double SecondsSince(SteadyClock::time_point begin) {
  return std::chrono::duration<double>(SteadyClock::now() - begin).count();
}

// CPU time until now, of the whole process and of what is to be told apart.
struct CpuTimes {
  double process = 0, checkpoint = 0, bench = 0;
};

class Run {
 public:
  Run(const Arguments& arguments, Store& store, Vault& vault, Metrics& metrics,
      const std::vector<DecisionRecord>& decisions, std::vector<pid_t> checkpointers)
      : arguments_(arguments),
        metrics_(metrics),
        checkpointers_(std::move(checkpointers)),
        writer_(store.database(), vault, store.ids(), metrics),
        meter_(store.database(), metrics),
        probe_("probe.tmp"),
        load_(arguments.rate, writer_, store.ids(), decisions) {}

  Result<Json> Measure() {
    FAIRLINE_TRY(WatchFor(kWarmUpSeconds));
    load_.TakeAccount();
    const CpuTimes before = Cpu();
    const int64_t commits_before = meter_.commits();
    const int64_t bytes_before = FAIRLINE_TRY(meter_.DatabaseBytes());
    const auto begin = SteadyClock::now();
    while (SecondsSince(begin) < arguments_.seconds) FAIRLINE_TRY(OneLine(begin));
    const double seconds = SecondsSince(begin);
    const CpuTimes after = Cpu();
    const int64_t commits = meter_.commits() - commits_before;
    const int64_t bytes = FAIRLINE_TRY(meter_.DatabaseBytes()) - bytes_before;
    load_.Stop();
    return Total(seconds, commits, bytes,
                 {after.process - before.process, after.checkpoint - before.checkpoint,
                  after.bench - before.bench});
  }

 private:
  Status WatchFor(double seconds) {
    const auto begin = SteadyClock::now();
    while (SecondsSince(begin) < seconds) {
      std::this_thread::sleep_for(kSamplePeriod);
      const int64_t commits_before = meter_.commits();
      FAIRLINE_TRY(meter_.Sample());
      const double commits_per_s = static_cast<double>(meter_.commits() - commits_before) /
                                   std::chrono::duration<double>(kSamplePeriod).count();
      probe_.Follow(meter_.bytes_per_commit(),
                    std::clamp(commits_per_s / kCommitsPerProbe, kLeastProbes, kMostProbes));
    }
    return {};
  }

  // Ten seconds, or what is left; then a line if they were ten.
  Status OneLine(SteadyClock::time_point begin) {
    const double from = SecondsSince(begin), left = arguments_.seconds - from;
    FAIRLINE_TRY(WatchFor(std::min(kLineSeconds, left)));
    const double now = SecondsSince(begin);
    const Account account = load_.TakeAccount();
    total_.Add(account);
    if (left < kLineSeconds) return {};
    const int64_t database_bytes = FAIRLINE_TRY(meter_.DatabaseBytes());
    const Json line =
        Json::Object{{"seconds", now},
                     {"decisions_per_s", static_cast<double>(account.stored) / (now - from)},
                     {"refused", account.refused},
                     {"p50_ms", account.durable.QuantileMs(0.5)},
                     {"p99_ms", account.durable.QuantileMs(0.99)},
                     {"max_ms", account.durable.max_ms()},
                     {"rss_mb", ResidentMegabytes()},
                     {"max_log_bytes", meter_.max_log_bytes()},
                     {"database_bytes", database_bytes}};
    std::puts(line.Dump().c_str());
    std::fflush(stdout);
    return {};
  }

  Result<Json> Total(double seconds, int64_t commits, int64_t bytes, const CpuTimes& cpu) {
    if (total_.stored == 0) return Fail(ErrorCode::kUnavailable, "no decision was stored");
    const Latencies& probe = probe_.Stop();
    const auto stored = static_cast<double>(total_.stored);
    return Json(Json::Object{{"decisions_per_s", stored / seconds},
                             {"stored", total_.stored},
                             {"refused", total_.refused},
                             {"decisions_per_commit", stored / static_cast<double>(commits)},
                             {"p50_ms", total_.durable.QuantileMs(0.5)},
                             {"p99_ms", total_.durable.QuantileMs(0.99)},
                             {"max_ms", total_.durable.max_ms()},
                             {"probes", probe.count()},
                             {"probe_bytes", meter_.bytes_per_commit()},
                             {"probe_p50_ms", probe.QuantileMs(0.5)},
                             {"probe_p99_ms", probe.QuantileMs(0.99)},
                             {"database_bytes_per_decision", static_cast<double>(bytes) / stored},
                             {"max_log_bytes", meter_.max_log_bytes()},
                             {"log_bytes_per_decision", meter_.log_bytes_per_decision()},
                             {"cpu_us_per_decision", (cpu.process - cpu.bench) / stored * 1e6},
                             {"checkpoint_us_per_decision", cpu.checkpoint / stored * 1e6},
                             {"rss_mb", ResidentMegabytes()},
                             {"metrics", metrics_.Text()}});
  }

  // Called by the main thread, which does nothing but watch.
  CpuTimes Cpu() const {
    return {ProcessCpuSeconds(), CpuSecondsOf(checkpointers_),
            ThreadCpuSeconds() + probe_.cpu_seconds()};
  }

  const Arguments& arguments_;
  const Metrics& metrics_;
  const std::vector<pid_t> checkpointers_;
  DecisionWriter writer_;
  LogMeter meter_;
  Probe probe_;
  Load load_;
  Account total_;
};

Result<Json> Measure(const Arguments& arguments) {
  Config config;
  const std::string folder = std::filesystem::current_path().string();
  FAIRLINE_TRY(config.ApplyFlag("storage.directory", folder, "bench"));
  FAIRLINE_TRY(config.ApplyFlag("storage.database", arguments.database, "bench"));
  Metrics metrics;
  const auto threads_before = Threads();
  const auto store = FAIRLINE_TRY(Store::OpenOrCreate(config, &metrics));
  const auto checkpointers = NewThreads(threads_before);
  Vault& vault = *FAIRLINE_TRY(store->OpenVault());
  const auto decisions = FAIRLINE_TRY(Decisions(arguments.bundle, arguments.applicants, *store));
  if (arguments.seconds == 0) return Parts(decisions, vault, store->ids());
  return Run(arguments, *store, vault, metrics, decisions, checkpointers).Measure();
}

}  // namespace
}  // namespace fairline::bench

int main(int count, char** values) {
  const bool parts = count == 5 && std::string_view(values[4]) == "parts";
  if (count != 6 && !parts) {
    std::fputs(fairline::bench::kUsage, stderr);
    return 2;
  }
  fairline::bench::Arguments arguments{values[1], values[2], values[3], 0, 0};
  if (!parts) {
    arguments.rate = std::atof(values[4]);
    arguments.seconds = std::atof(values[5]);
  }
  const auto report = fairline::bench::Measure(arguments);
  if (!report) {
    std::fprintf(stderr, "bench_writer: %s (%s)\n", report.error().message.c_str(),
                 report.error().detail.c_str());
    return 1;
  }
  std::puts(report->Dump().c_str());
  return 0;
}
