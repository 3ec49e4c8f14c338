//! The sandbox: what WebAssembly a guest may use, how much of everything it gets, and the one function it can call. All
//! numbers that bound a guest are set here, from the limits in the config.

use std::time::Duration;

use wasmtime::component::{Linker, WasmStr};
use wasmtime::{
    Config, Enabled, InstanceAllocationStrategy, PoolingAllocationConfig, ResourceLimiter, Store, StoreContextMut,
    UpdateDeadline, WasmFeatures,
};

use super::log::LogBuffer;
use super::wire::{LOG_INTERFACE, Level};
use crate::config::EngineLimits;

/// What a guest may use: WebAssembly 2.0 with tail calls, and components. Nothing whose result may differ between two
/// runs or two machines (threads, relaxed SIMD), and nothing that no compiler of policies needs.
pub(super) const FEATURES: WasmFeatures = WasmFeatures::MUTABLE_GLOBAL
    .union(WasmFeatures::SATURATING_FLOAT_TO_INT)
    .union(WasmFeatures::SIGN_EXTENSION)
    .union(WasmFeatures::REFERENCE_TYPES)
    .union(WasmFeatures::MULTI_VALUE)
    .union(WasmFeatures::BULK_MEMORY)
    .union(WasmFeatures::SIMD)
    .union(WasmFeatures::FLOATS)
    .union(WasmFeatures::TAIL_CALL)
    .union(WasmFeatures::EXTENDED_CONST)
    .union(WasmFeatures::COMPONENT_MODEL);

/// Core instances of one component: `wit-component` makes three of a module with an import, and wizer's output is the
/// same. More could drain the pool.
pub(super) const CORE_INSTANCES: u32 = 4;
/// Tables of one component: one for function pointers, one for `wit-component`'s shim, and two to spare.
pub(super) const TABLES: u32 = 4;
/// Memories of one component.
pub(super) const MEMORIES: u32 = 1;
/// Elements of one table: a policy of a hundred thousand functions would be refused for its size.
const TABLE_ELEMENTS: usize = 20_000;

/// Linear memory that a pool slot keeps between two decisions and resets by copying. What lies beyond is given back to the kernel.
/// A policy built with a small stack has no more, so that no page of it is faulted in or given back.
const KEEP_RESIDENT: usize = 256 << 10;
/// The same for tables.
const TABLE_KEEP_RESIDENT: usize = 64 << 10;
/// Slots that stay mapped to the module they last served. Mapping another module's image into a slot costs about as much
/// as a decision, so this is how many routes can be busy in turn at full speed.
const WARM_SLOTS: u32 = 1024;
/// Slots in the pool of requests: all of them may be warm. A slot is address space (four gigabytes of it), not memory.
pub(super) const SLOTS: u32 = WARM_SLOTS;
/// Slots of an engine beside, for shadows and replays: a few threads decide there, one decision each.
pub(super) const SLOTS_BESIDE: u32 = 16;

/// What a line of a guest's log costs it in fuel, beside one unit a byte: about what it costs the host. So a guest that
/// logs in a loop runs out of fuel, on any machine after the same line.
const LOG_LINE_FUEL: u64 = 1000;

/// The epoch ticks this many times during the wall clock that a decision has.
const TICKS: u32 = 4;

/// How often a decision that the machine held up may be given more time. A guard only: whatever is wrong with the clocks,
/// it ends.
const EXTENSIONS: u32 = 100;

/// How long the thread that ticks the epoch sleeps.
pub(super) fn tick(limits: &EngineLimits) -> Duration {
    // A millisecond at least: a shorter limit makes no sense as a backstop, and would burn a core.
    (limits.wall_clock / TICKS).max(Duration::from_millis(1))
}

/// Where decisions run, at most so many at once.
pub(super) fn deciding(limits: &EngineLimits, slots: u32) -> Config {
    let mut config = compiling();
    config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool(limits, slots)));
    config
}

/// The pool of sandboxes. It resets a slot without asking the kernel which of its pages were written: wasmtime's scan passes over
/// pages that were swapped out while the decision ran, and the next decision would find them
/// (<https://github.com/bytecodealliance/wasmtime/issues/14357>).
fn pool(limits: &EngineLimits, slots: u32) -> PoolingAllocationConfig {
    let mut pool = PoolingAllocationConfig::default();
    pool.total_component_instances(slots)
        .total_core_instances(slots * CORE_INSTANCES)
        .total_memories(slots * MEMORIES)
        .total_tables(slots * TABLES)
        .max_core_instances_per_component(CORE_INSTANCES)
        .max_memories_per_component(MEMORIES)
        .max_tables_per_component(TABLES)
        .table_elements(TABLE_ELEMENTS)
        .max_memory_size(limits.memory_bytes)
        .max_unused_warm_slots(slots.min(WARM_SLOTS))
        .linear_memory_keep_resident(KEEP_RESIDENT)
        .table_keep_resident(TABLE_KEEP_RESIDENT)
        .pagemap_scan(Enabled::No);
    pool
}

/// Where code for [`deciding`] is compiled: the same, without its pool, which a process with little address space could
/// not reserve.
pub(super) fn compiling() -> Config {
    let mut config = Config::new();
    config
        .wasm_features(WasmFeatures::all(), false)
        .wasm_features(FEATURES, true)
        .concurrency_support(false)
        .consume_fuel(true)
        .epoch_interruption(true)
        .cranelift_nan_canonicalization(true)
        .memory_init_cow(true)
        // A trap is explained by the guest's own last words. Walking its stack would make failing dearer than deciding.
        .wasm_backtrace_max_frames(None)
        .native_unwind_info(false);
    config
}

/// Where `configure` runs, once and in a process with little address space: memories take what they need and no more.
pub(super) fn configuring() -> Config {
    let mut config = compiling();
    config.memory_init_cow(false).memory_reservation(0).memory_reservation_for_growth(1 << 20);
    // Code that runs once is compiled fast, not well. Neither its results nor its fuel depend on that.
    config.cranelift_opt_level(wasmtime::OptLevel::None);
    config
}

/// What a store holds beside the guest: its limits and what it logged.
pub(super) struct Guest {
    limits: EngineLimits,
    refused_memory: Option<usize>,
    /// The most memory that it has had, in bytes.
    memory_peak: usize,
    log: LogBuffer,
    /// The thread's processor time at half-time, once that has come.
    half_time: Option<Duration>,
    extensions: u32,
}

impl Guest {
    pub(super) fn new(limits: &EngineLimits) -> Self {
        Self {
            limits: limits.clone(),
            refused_memory: None,
            memory_peak: 0,
            log: LogBuffer::new(limits.log_lines),
            half_time: None,
            extensions: 0,
        }
    }

    pub(super) fn limits(&self) -> &EngineLimits {
        &self.limits
    }

    /// How much memory it may have, in bytes, if it ever asked for more.
    pub(super) fn refused_memory(&self) -> Option<usize> {
        self.refused_memory
    }

    /// The most memory that it has had, in bytes.
    pub(super) fn memory_peak(&self) -> usize {
        self.memory_peak
    }

    /// What it said last at level `error`: its panic message, if it panicked.
    pub(super) fn last_error(&self) -> Option<&str> {
        self.log.last_error()
    }

    pub(super) fn into_log(self) -> LogBuffer {
        self.log
    }

    /// Lets the memory grow by this much more than the limit.
    pub(super) fn allow_memory(&mut self, more: usize) {
        self.limits.memory_bytes = self.limits.memory_bytes.saturating_add(more);
    }
}

impl ResourceLimiter for Guest {
    fn memory_growing(&mut self, _now: usize, wanted: usize, maximum: Option<usize>) -> wasmtime::Result<bool> {
        // The maximum is the guest's own: a memory may be declared so that it cannot grow.
        let most = maximum.unwrap_or(usize::MAX).min(self.limits.memory_bytes);
        if wanted > most {
            self.refused_memory = Some(most);
        } else {
            self.memory_peak = self.memory_peak.max(wanted);
        }
        Ok(wanted <= most)
    }

    fn table_growing(&mut self, _now: usize, wanted: usize, _maximum: Option<usize>) -> wasmtime::Result<bool> {
        Ok(wanted <= TABLE_ELEMENTS)
    }

    fn instances(&self) -> usize {
        CORE_INSTANCES as usize
    }

    fn tables(&self) -> usize {
        TABLES as usize
    }

    fn memories(&self) -> usize {
        MEMORIES as usize
    }
}

/// A store with every limit set, for one decision.
pub(super) fn store(engine: &wasmtime::Engine, limits: &EngineLimits, fuel: u64) -> wasmtime::Result<Store<Guest>> {
    let mut store = Store::new(engine, Guest::new(limits));
    store.limiter(|guest| guest);
    store.set_fuel(fuel)?;
    store.set_epoch_deadline(HALF_TIME);
    store.epoch_deadline_callback(at_deadline);
    // What the host copies out of the guest at once. Not counted in fuel and not interrupted by the epoch; the default
    // is 128 MiB.
    store.set_hostcall_fuel(limits.output_bytes);
    Ok(store)
}

/// Half of the time that a decision has, in ticks. One more than that, since the first tick may come at once.
const HALF_TIME: u64 = TICKS as u64 / 2 + 1;

/// Called in the middle of a decision that is still under way at half-time, and again at its end. The clock on the wall
/// also runs while the machine does something else, and a policy is not to blame for that: one that has not had the
/// processor for half of the second half gets another half.
fn at_deadline(mut store: StoreContextMut<'_, Guest>) -> wasmtime::Result<UpdateDeadline> {
    let enough = store.data().limits.wall_clock / 4;
    let guest = store.data_mut();
    let Some(now) = processor_time() else { return Ok(UpdateDeadline::Interrupt) };
    let fair = guest.half_time.is_some_and(|since| now.saturating_sub(since) >= enough);
    guest.extensions += 1;
    if fair || guest.extensions > EXTENSIONS {
        return Ok(UpdateDeadline::Interrupt);
    }
    guest.half_time.get_or_insert(now);
    Ok(UpdateDeadline::Continue(HALF_TIME))
}

/// How long this thread has been running on a processor, where the system says so.
fn processor_time() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(Duration::from_nanos(text.split(' ').next()?.parse().ok()?))
}

/// Everything that a guest can import.
pub(super) fn linker(engine: &wasmtime::Engine) -> wasmtime::Result<Linker<Guest>> {
    let mut linker = Linker::new(engine);
    linker.instance(LOG_INTERFACE)?.func_wrap("log", log)?;
    Ok(linker)
}

/// `log` of the interface. The line is read where it lies, so that one which is dropped costs no copy.
fn log(mut store: StoreContextMut<'_, Guest>, (level, message): (Level, WasmStr)) -> wasmtime::Result<()> {
    let (line, bytes) = {
        let message = message.to_str(&store)?;
        (super::log::cut(&message).to_owned(), message.len() as u64)
    };
    let left = store.get_fuel()?;
    let cost = LOG_LINE_FUEL.saturating_add(bytes);
    store.data_mut().log.push(level, line);
    match left.checked_sub(cost) {
        Some(left) => store.set_fuel(left),
        None => {
            store.set_fuel(0)?;
            Err(wasmtime::Trap::OutOfFuel.into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_slot_is_reset_by_what_the_kernel_says_was_written() {
        let limits = crate::policy::testing::limits();
        assert_eq!(pool(&limits, SLOTS).get_pagemap_scan(), Enabled::No);
    }
}
