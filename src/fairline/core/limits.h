// A limit on everything, in one place. `fairline config show --limits` prints them.
#pragma once

#include <cstddef>
#include <cstdint>

namespace fairline::limits {

// HTTP
inline constexpr size_t kRequestHeaderBytes = 16 * 1024;
inline constexpr size_t kDecisionBodyBytes = 256 * 1024;
inline constexpr int kConnections = 4096;
inline constexpr int kServerThreads = 256;
inline constexpr int kIdleTimeoutSeconds = 60;
inline constexpr int kRequestTimeoutSeconds = 10;
inline constexpr int kDrainTimeoutSeconds = 20;

// Documents
inline constexpr size_t kJsonDepth = 64;
inline constexpr size_t kYamlNodes = 100'000;
inline constexpr size_t kConfigBytes = 1 << 20;
inline constexpr size_t kModelBytes = size_t{1} << 30;
inline constexpr size_t kBundleFileBytes = size_t{1} << 30;

// Data
inline constexpr size_t kColumns = 10'000;
inline constexpr size_t kCsvLineBytes = 8 << 20;
inline constexpr size_t kCategoriesPerColumn = 10'000;
inline constexpr size_t kCategoryBytes = 1024;
inline constexpr size_t kBatchChunkRows = 10'000;
inline constexpr size_t kWatchedIds = 1 << 20;  // of a batch, for ids that stand there twice
inline constexpr size_t kJournalBytes = 64 << 20;
inline constexpr size_t kTableCells = 500'000'000;  // of a table read whole: 4 GB of numbers
inline constexpr size_t kArrowMemoryBytes = size_t{2} << 30;  // for decoding one chunk

// Models
inline constexpr size_t kTrees = 100'000;
inline constexpr size_t kLeavesPerTree = 1 << 20;
inline constexpr size_t kTreeDepth = 512;
inline constexpr int64_t kMonotonicityVisits = 300'000'000;  // of nodes: some seconds

// Decisions
inline constexpr size_t kReasons = 4;
inline constexpr size_t kBackgroundRows = 10'000;
inline constexpr size_t kExternalRefBytes = 128;
inline constexpr size_t kIdempotencyKeyBytes = 255;
inline constexpr size_t kOutcomesPerRequest = 1000;
inline constexpr size_t kOutcomesBodyBytes = 1 << 20;
inline constexpr int64_t kAmountMinorMax = 9'999'999'999;  // DECIMAL(10,2)
inline constexpr size_t kWriterQueue = 4096;
inline constexpr size_t kCommitBatch = 512;

// Storage
inline constexpr int kDatabasePatienceMillis = 900;  // without a sign of life from the server
inline constexpr size_t kDatabaseConnections = 8;    // of one process, half of them for writing
inline constexpr size_t kWalBytes = size_t{256} << 20;
inline constexpr int kCachePatienceMillis = 20;
inline constexpr int kCacheFailures = 5;  // in a row, after which the cache is left alone
inline constexpr size_t kMemoryCacheBytes = size_t{64} << 20;

}  // namespace fairline::limits
