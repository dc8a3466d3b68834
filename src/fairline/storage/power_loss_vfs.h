// A disk for tests, as a file system layer of SQLite: it loses power at a chosen change and keeps
// then only what was synced and whatever part of the rest chance leaves. It can fail to write or
// sync too, and can be told to lie about syncs, which a test must notice.
//
// What survives, as on a journaling file system with a write-back cache: of every write that was
// not synced any of its sectors, so that later ones may be there without earlier ones; of every
// name an entry that it had since its folder was last synced. Writes change nothing beside them.
#pragma once

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <deque>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace fairline {

class PowerLossVfs {
 public:
  static constexpr const char* kName = "power-loss";

  /// Registered with SQLite at the first call.
  static PowerLossVfs& Get() {
    static PowerLossVfs vfs;
    return vfs;
  }

  enum class Kind { kWrite, kSync, kName };
  struct Fault {
    Kind kind = Kind::kWrite;
    int code = SQLITE_OK;
    int64_t first = 0;  // of the calls of this kind, from 1; 0: never
    bool lasts = false;
  };

  /// An empty disk without faults. No file of the layer may be open.
  void Reset() {
    const std::lock_guard lock(mutex_);
    entries_.clear();
    inodes_.clear();
    changes_ = calls_ = met_ = cut_at_ = 0;
    cut_ = ignores_sync_ = false;
    fault_ = {};
  }
  /// The power fails during the change of this number, from 1: a write, a sync, a new size or name.
  void CutAt(int64_t change) { cut_at_ = change; }
  void CutNow() { cut_ = true; }
  bool cut() const { return cut_; }
  int64_t changes() const { return changes_; }
  void IgnoreSync() { ignores_sync_ = true; }
  /// Counts from now.
  void Fail(const Fault& fault) {
    const std::lock_guard lock(mutex_);
    fault_ = fault;
    calls_ = 0;
  }
  /// Calls that failed since the disk was empty.
  int64_t met() const { return met_; }

  /// The files as they are found when the power is back.
  void WriteSurvivors(const std::filesystem::path& folder, uint64_t seed) {
    std::mt19937_64 random(seed);
    for (const auto& [path, entry] : entries_) {
      const Inode* inode = entry[random() % entry.size()];
      if (inode == nullptr) continue;
      const std::string image = Survivor(*inode, random);
      std::ofstream(folder / std::filesystem::path(path).filename(), std::ios::binary) << image;
    }
  }

 private:
  static constexpr int64_t kSectorBytes = 512;

  struct Change {
    int64_t offset;  // or the new size
    std::string bytes;
    bool resizes;
  };
  struct Inode {
    std::string durable;
    std::vector<Change> pending;
    bool syncs_folder = false;
    int64_t failed_syncs = 0;
  };
  struct File {
    sqlite3_file base;
    sqlite3_file* usual;
    Inode* inode;          // null for a temporary file
    int64_t failed_syncs;  // of the inode that this file was told of
  };

  PowerLossVfs() : usual_(sqlite3_vfs_find(nullptr)), vfs_(*usual_) {
    vfs_.zName = kName;
    vfs_.szOsFile = static_cast<int>(sizeof(File)) + usual_->szOsFile;
    vfs_.xOpen = [](sqlite3_vfs*, const char* path, sqlite3_file* file, int flags, int* given) {
      return Get().Open(path, reinterpret_cast<File*>(file), flags, given);
    };
    vfs_.xDelete = [](sqlite3_vfs*, const char* path, int sync_folder) {
      return Get().Delete(path, sync_folder != 0);
    };
    SetFileMethods();
    SetSharedMethods();
    sqlite3_vfs_register(&vfs_, 0);
  }

  // Of what this layer is about.
  void SetFileMethods() {
    methods_.iVersion = 2;  // no memory maps: they would pass by this layer
    methods_.xClose = [](sqlite3_file* f) { return Usual(f)->pMethods->xClose(Usual(f)); };
    methods_.xRead = [](sqlite3_file* f, void* bytes, int size, sqlite3_int64 offset) {
      if (Get().cut_) return SQLITE_IOERR_READ;
      return Usual(f)->pMethods->xRead(Usual(f), bytes, size, offset);
    };
    methods_.xWrite = [](sqlite3_file* f, const void* bytes, int size, sqlite3_int64 offset) {
      const std::string text(static_cast<const char*>(bytes), static_cast<size_t>(size));
      const int code = Get().Write(f, {offset, text, false});
      return code != SQLITE_OK ? code : Usual(f)->pMethods->xWrite(Usual(f), bytes, size, offset);
    };
    methods_.xTruncate = [](sqlite3_file* f, sqlite3_int64 size) {
      const int code = Get().Write(f, {size, {}, true});
      return code != SQLITE_OK ? code : Usual(f)->pMethods->xTruncate(Usual(f), size);
    };
    methods_.xSync = [](sqlite3_file* f, int) { return Get().Sync(reinterpret_cast<File*>(f)); };
    methods_.xFileSize = [](sqlite3_file* f, sqlite3_int64* size) {
      return Usual(f)->pMethods->xFileSize(Usual(f), size);
    };
  }

  // Of what processes share, which no power failure outlives.
  void SetSharedMethods() {
    methods_.xLock = [](sqlite3_file* f, int l) { return Usual(f)->pMethods->xLock(Usual(f), l); };
    methods_.xUnlock = [](sqlite3_file* f, int lock) {
      return Usual(f)->pMethods->xUnlock(Usual(f), lock);
    };
    methods_.xCheckReservedLock = [](sqlite3_file* f, int* held) {
      return Usual(f)->pMethods->xCheckReservedLock(Usual(f), held);
    };
    methods_.xFileControl = [](sqlite3_file* f, int operation, void* argument) {
      return Usual(f)->pMethods->xFileControl(Usual(f), operation, argument);
    };
    methods_.xSectorSize = [](sqlite3_file* f) {
      return Usual(f)->pMethods->xSectorSize(Usual(f));
    };
    methods_.xDeviceCharacteristics = [](sqlite3_file* f) {
      return Usual(f)->pMethods->xDeviceCharacteristics(Usual(f));
    };
    methods_.xShmMap = [](sqlite3_file* f, int page, int size, int extend, void volatile** map) {
      return Usual(f)->pMethods->xShmMap(Usual(f), page, size, extend, map);
    };
    methods_.xShmLock = [](sqlite3_file* f, int offset, int count, int flags) {
      return Usual(f)->pMethods->xShmLock(Usual(f), offset, count, flags);
    };
    methods_.xShmBarrier = [](sqlite3_file* f) { Usual(f)->pMethods->xShmBarrier(Usual(f)); };
    methods_.xShmUnmap = [](sqlite3_file* f, int remove) {
      return Usual(f)->pMethods->xShmUnmap(Usual(f), remove);
    };
  }

  static sqlite3_file* Usual(sqlite3_file* file) { return reinterpret_cast<File*>(file)->usual; }

  // Each change of the disk comes by here: SQLITE_OK when it shall happen.
  int Step(Kind kind) {
    if (cut_) return SQLITE_IOERR;
    if (++changes_ == cut_at_) {
      cut_ = true;
      return SQLITE_IOERR;
    }
    if (fault_.first == 0 || kind != fault_.kind) return SQLITE_OK;
    ++calls_;
    const bool fails = fault_.lasts ? calls_ >= fault_.first : calls_ == fault_.first;
    if (!fails) return SQLITE_OK;
    ++met_;
    return fault_.code;
  }

  int Open(const char* path, File* file, int flags, int* given) {
    const std::lock_guard lock(mutex_);
    file->base.pMethods = nullptr;
    file->usual = reinterpret_cast<sqlite3_file*>(file + 1);
    file->inode = nullptr;
    const bool is_new = path != nullptr && Current(path) == nullptr;
    if (is_new && (flags & SQLITE_OPEN_CREATE) != 0 && Step(Kind::kName) != SQLITE_OK) {
      return SQLITE_CANTOPEN;
    }
    const int code = usual_->xOpen(usual_, path, file->usual, flags, given);
    if (code != SQLITE_OK) return code;
    if (is_new) {
      constexpr int kLogs = SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUPER_JOURNAL;
      inodes_.push_back({.syncs_folder = (flags & kLogs) != 0});
      History(path).push_back(&inodes_.back());
    }
    if (path != nullptr) {
      file->inode = Current(path);
      file->failed_syncs = file->inode->failed_syncs;
    }
    file->base.pMethods = &methods_;
    return SQLITE_OK;
  }

  int Delete(const char* path, bool sync_folder) {
    const std::lock_guard lock(mutex_);
    if (Step(Kind::kName) != SQLITE_OK) return SQLITE_IOERR_DELETE;
    const int code = usual_->xDelete(usual_, path, 0);
    if (code != SQLITE_OK) return code;
    History(path).push_back(nullptr);
    if (sync_folder && !ignores_sync_) SyncFolder();
    return SQLITE_OK;
  }

  int Write(sqlite3_file* file, Change change) {
    const std::lock_guard lock(mutex_);
    Inode* inode = reinterpret_cast<File*>(file)->inode;
    const bool was_cut = cut_;
    const int code = Step(Kind::kWrite);
    // The power may fail in the middle of a write.
    if (inode != nullptr && !was_cut && (code == SQLITE_OK || cut_)) {
      inode->pending.push_back(std::move(change));
    }
    return code;
  }

  // After a sync that failed the kernel takes what was written for clean: it is still read, but no
  // later sync brings it to the disk. Every file that was open then is told once (Linux from 4.13).
  int Sync(File* file) {
    const std::lock_guard lock(mutex_);
    const int code = Step(Kind::kSync);
    Inode* inode = file->inode;
    if (cut_ || inode == nullptr || ignores_sync_) return code;
    if (code != SQLITE_OK) {
      ++inode->failed_syncs;
    } else {
      for (const Change& change : inode->pending) Apply(change, inode->durable);
    }
    inode->pending.clear();
    if (std::exchange(file->failed_syncs, inode->failed_syncs) != inode->failed_syncs) {
      return SQLITE_IOERR_FSYNC;
    }
    if (std::exchange(inode->syncs_folder, false)) SyncFolder();
    return SQLITE_OK;
  }

  std::vector<Inode*>& History(const std::string& path) {
    std::vector<Inode*>& history = entries_[path];
    if (history.empty()) history.push_back(nullptr);
    return history;
  }
  Inode* Current(const std::string& path) { return History(path).back(); }
  void SyncFolder() {
    for (auto& [path, history] : entries_) history = {history.back()};
  }

  static void Apply(const Change& change, std::string& image) {
    const auto offset = static_cast<size_t>(change.offset);
    if (change.resizes) {
      image.resize(offset);
      return;
    }
    image.resize(std::max(image.size(), offset + change.bytes.size()));
    change.bytes.copy(image.data() + offset, change.bytes.size());
  }

  static std::string Survivor(const Inode& inode, std::mt19937_64& random) {
    std::string image = inode.durable;
    const uint64_t percent = std::array{0, 100, 50, 90, 10}[random() % 5];
    const auto survives = [&] { return random() % 100 < percent; };
    for (const Change& change : inode.pending) {
      if (change.resizes) {
        if (survives()) Apply(change, image);
        continue;
      }
      const auto end = change.offset + static_cast<int64_t>(change.bytes.size());
      for (int64_t begin = change.offset; begin < end;) {
        const int64_t next = std::min(end, (begin / kSectorBytes + 1) * kSectorBytes);
        if (survives()) {
          Apply({begin,
                 change.bytes.substr(static_cast<size_t>(begin - change.offset),
                                     static_cast<size_t>(next - begin)),
                 false},
                image);
        }
        begin = next;
      }
    }
    return image;
  }

  sqlite3_vfs* const usual_;
  sqlite3_vfs vfs_;
  sqlite3_io_methods methods_{};

  std::mutex mutex_;
  std::deque<Inode> inodes_;
  // Of each name what it stood for since the folder was synced; null where there was no file.
  std::map<std::string, std::vector<Inode*>> entries_;
  std::atomic<int64_t> changes_ = 0, cut_at_ = 0, met_ = 0;
  int64_t calls_ = 0;
  std::atomic<bool> cut_ = false, ignores_sync_ = false;
  Fault fault_;
};

}  // namespace fairline
