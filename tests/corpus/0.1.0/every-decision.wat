;; The guest `every-decision` for the interface fingerpost:policy@0.1.0, made by `make corpus`. Never change it.
(component
  (type $ty-fingerpost:policy/log@0.1.0 (;0;)
    (instance
      (type (;0;) (enum "debug" "info" "warn" "error"))
      (export (;1;) "level" (type (eq 0)))
      (type (;2;) (func (param "level" 1) (param "message" string)))
      (export (;0;) "log" (func (type 2)))
    )
  )
  (import "fingerpost:policy/log@0.1.0" (instance $fingerpost:policy/log@0.1.0 (;0;) (type $ty-fingerpost:policy/log@0.1.0)))
  (type $ty-fingerpost:policy/setup@0.1.0 (;1;)
    (instance
      (type (;0;) (list string))
      (type (;1;) (record (field "id" string) (field "provider" string) (field "model" string) (field "tier" string) (field "tier-rank" u8) (field "context-window" u32) (field "features" 0) (field "region" string)))
      (export (;2;) "target" (type (eq 1)))
      (type (;3;) (list 2))
      (type (;4;) (record (field "name" string) (field "traffic-class" string) (field "targets" 3) (field "queues" 0) (field "default-answers" 0) (field "config" string)))
      (export (;5;) "route" (type (eq 4)))
      (type (;6;) (record (field "path" string) (field "message" string)))
      (export (;7;) "problem" (type (eq 6)))
    )
  )
  (import "fingerpost:policy/setup@0.1.0" (instance $fingerpost:policy/setup@0.1.0 (;1;) (type $ty-fingerpost:policy/setup@0.1.0)))
  (type $ty-fingerpost:policy/common@0.1.0 (;2;)
    (instance
      (type (;0;) u64)
      (export (;1;) "millis" (type (eq 0)))
      (type (;2;) u64)
      (export (;3;) "nano-usd" (type (eq 2)))
      (type (;4;) (record (field "connect" 1) (field "first-byte" 1) (field "first-token" 1) (field "idle" 1) (field "content-idle" 1) (field "total" 1)))
      (export (;5;) "limits" (type (eq 4)))
      (type (;6;) (variant (case "none") (case "first-token") (case "tokens" u32) (case "all")))
      (export (;7;) "hold" (type (eq 6)))
    )
  )
  (import "fingerpost:policy/common@0.1.0" (instance $fingerpost:policy/common@0.1.0 (;2;) (type $ty-fingerpost:policy/common@0.1.0)))
  (alias export $fingerpost:policy/common@0.1.0 "millis" (type $millis (;3;)))
  (alias export $fingerpost:policy/common@0.1.0 "nano-usd" (type $nano-usd (;4;)))
  (type $ty-fingerpost:policy/facts@0.1.0 (;5;)
    (instance
      (alias outer 1 $millis (type (;0;)))
      (export (;1;) "millis" (type (eq 0)))
      (type (;2;) (record (field "name" string) (field "value" string) (field "source" string)))
      (export (;3;) "attribute" (type (eq 2)))
      (type (;4;) (option u16))
      (type (;5;) (list string))
      (type (;6;) (option u32))
      (type (;7;) (list 3))
      (type (;8;) (record (field "id" string) (field "endpoint" string) (field "requested-model" string) (field "requested-target" 4) (field "traffic-class" string) (field "streaming" bool) (field "needs" 5) (field "input-tokens" u32) (field "input-tokens-exact" bool) (field "max-output-tokens" 6) (field "received-at" 1) (field "utc-offset-minutes" s16) (field "elapsed" 1) (field "time-left" 1) (field "seed" u64) (field "decision-index" u32) (field "attributes" 7)))
      (export (;9;) "request" (type (eq 8)))
      (type (;10;) (option string))
      (type (;11;) (record (field "tenant" string) (field "key" string) (field "plan" string) (field "user" 10)))
      (export (;12;) "caller" (type (eq 11)))
      (alias outer 1 $nano-usd (type (;13;)))
      (export (;14;) "nano-usd" (type (eq 13)))
      (type (;15;) (option 14))
      (type (;16;) (record (field "max-attempts" u32) (field "max-same-target" u32) (field "deadline" 1) (field "worst-tier-rank" u8) (field "max-cost" 15) (field "max-cost-permille" u32) (field "downgrade" bool) (field "upgrade" bool) (field "may-defer" bool) (field "may-reclassify-to" 5)))
      (export (;17;) "bounds" (type (eq 16)))
      (type (;18;) (option 1))
      (type (;19;) (record (field "id" string) (field "scope" string) (field "period" string) (field "limit" 14) (field "spent" 14) (field "reserved" 14) (field "own-reserved" 14) (field "remaining" s64) (field "resets-in" 18)))
      (export (;20;) "budget" (type (eq 19)))
      (type (;21;) (enum "available" "probing" "cooling"))
      (export (;22;) "availability" (type (eq 21)))
      (type (;23;) (record (field "allowed" bool) (field "availability" 22) (field "cooling-for" 18) (field "samples" u32) (field "success-permille" u16) (field "first-token-p50" 1) (field "latency-p95" 1) (field "in-flight" u32) (field "slots-left" u32) (field "queue-left" u32) (field "retries-left" u32) (field "estimated-cost" 14) (field "reserved-at-once" 14)))
      (export (;24;) "target-state" (type (eq 23)))
      (type (;25;) (record (field "target" 4) (field "target-id" string) (field "turns" u32) (field "needs" 5) (field "cached-tokens" u32)))
      (export (;26;) "session" (type (eq 25)))
      (type (;27;) (record (field "queue" string) (field "tries" u32) (field "since" 1) (field "review-target" 4)))
      (export (;28;) "deferred" (type (eq 27)))
      (type (;29;) (record (field "depth" u32) (field "paused" bool)))
      (export (;30;) "queue-state" (type (eq 29)))
      (type (;31;) (list 20))
      (type (;32;) (list 24))
      (type (;33;) (option 26))
      (type (;34;) (option 28))
      (type (;35;) (list 30))
      (type (;36;) (record (field "request" 9) (field "caller" 12) (field "bounds" 17) (field "budgets" 31) (field "targets" 32) (field "first-free-in" 18) (field "session" 33) (field "deferred" 34) (field "queues" 35) (field "cached-answer-age" 18)))
      (export (;37;) "facts" (type (eq 36)))
      (type (;38;) (record (field "kind" string) (field "phase" string) (field "fault" string) (field "processed" string) (field "same-target-ok" bool) (field "other-target-ok" bool) (field "status" 4) (field "code" 10) (field "retry-after" 18)))
      (export (;39;) "failure" (type (eq 38)))
      (type (;40;) (record (field "number" u32) (field "target" u16) (field "failure" 39) (field "started" 1) (field "duration" 1) (field "first-token" 18) (field "input-tokens" u32) (field "output-tokens" u32) (field "delivered-tokens" u32) (field "committed" bool) (field "content" string) (field "resumable" 5) (field "cost" 14)))
      (export (;41;) "attempt" (type (eq 40)))
    )
  )
  (import "fingerpost:policy/facts@0.1.0" (instance $fingerpost:policy/facts@0.1.0 (;3;) (type $ty-fingerpost:policy/facts@0.1.0)))
  (alias export $fingerpost:policy/common@0.1.0 "millis" (type $"#type6 millis" (@name "millis") (;6;)))
  (alias export $fingerpost:policy/common@0.1.0 "limits" (type $limits (;7;)))
  (alias export $fingerpost:policy/common@0.1.0 "hold" (type $hold (;8;)))
  (type $ty-fingerpost:policy/decisions@0.1.0 (;9;)
    (instance
      (alias outer 1 $"#type6 millis" (type (;0;)))
      (export (;1;) "millis" (type (eq 0)))
      (alias outer 1 $limits (type (;2;)))
      (export (;3;) "limits" (type (eq 2)))
      (alias outer 1 $hold (type (;4;)))
      (export (;5;) "hold" (type (eq 4)))
      (type (;6;) (enum "keep" "move" "once"))
      (export (;7;) "session-use" (type (eq 6)))
      (type (;8;) (option 3))
      (type (;9;) (option u32))
      (type (;10;) (option string))
      (type (;11;) (record (field "target" u16) (field "intended" u16) (field "after" 1) (field "limits" 8) (field "hold" 5) (field "as-stream" bool) (field "max-output-tokens" 9) (field "degraded" 10) (field "payer" 10) (field "session" 7)))
      (export (;12;) "send" (type (eq 11)))
      (type (;13;) (variant (case "cached" 1) (case "default" u16)))
      (export (;14;) "answer" (type (eq 13)))
      (type (;15;) (variant (case "at" 1) (case "budget-turn" u16) (case "approval")))
      (export (;16;) "until" (type (eq 15)))
      (type (;17;) (record (field "queue" u16) (field "until" 16) (field "expires" 1)))
      (export (;18;) "deferral" (type (eq 17)))
      (type (;19;) (record (field "status" u16) (field "code" string) (field "message" string)))
      (export (;20;) "rejection" (type (eq 19)))
      (type (;21;) (variant (case "send" 12) (case "answer" 14) (case "defer" 18) (case "reject" 20)))
      (export (;22;) "routing" (type (eq 21)))
      (type (;23;) (tuple u16 string))
      (type (;24;) (list 23))
      (type (;25;) (tuple string string))
      (type (;26;) (list 25))
      (type (;27;) (record (field "rule" string) (field "reason" string) (field "considered" 24) (field "notes" 26)))
      (export (;28;) "explanation" (type (eq 27)))
      (type (;29;) (record (field "decision" 22) (field "traffic-class" 10) (field "explanation" 28)))
      (export (;30;) "routed" (type (eq 29)))
      (type (;31;) (record (field "send" 12) (field "how" string) (field "other-model" bool)))
      (export (;32;) "resumption" (type (eq 31)))
      (type (;33;) (variant (case "original" 9) (case "custom" 20)))
      (export (;34;) "failing" (type (eq 33)))
      (type (;35;) (variant (case "send" 12) (case "resume" 32) (case "answer" 14) (case "defer" 18) (case "fail" 34)))
      (export (;36;) "recovery" (type (eq 35)))
      (type (;37;) (record (field "decision" 36) (field "cause" string) (field "explanation" 28)))
      (export (;38;) "recovered" (type (eq 37)))
    )
  )
  (import "fingerpost:policy/decisions@0.1.0" (instance $fingerpost:policy/decisions@0.1.0 (;4;) (type $ty-fingerpost:policy/decisions@0.1.0)))
  (alias export $fingerpost:policy/setup@0.1.0 "route" (type $route (;10;)))
  (import "route-setup" (type $route-setup (;11;) (eq $route)))
  (alias export $fingerpost:policy/setup@0.1.0 "problem" (type $problem (;12;)))
  (import "problem" (type $"#type13 problem" (@name "problem") (;13;) (eq $problem)))
  (alias export $fingerpost:policy/facts@0.1.0 "facts" (type $facts (;14;)))
  (import "decision-facts" (type $decision-facts (;15;) (eq $facts)))
  (alias export $fingerpost:policy/facts@0.1.0 "attempt" (type $attempt (;16;)))
  (import "attempt" (type $"#type17 attempt" (@name "attempt") (;17;) (eq $attempt)))
  (alias export $fingerpost:policy/decisions@0.1.0 "routed" (type $routed (;18;)))
  (import "routed" (type $"#type19 routed" (@name "routed") (;19;) (eq $routed)))
  (alias export $fingerpost:policy/decisions@0.1.0 "recovered" (type $recovered (;20;)))
  (import "recovered" (type $"#type21 recovered" (@name "recovered") (;21;) (eq $recovered)))
  (core module $main (;0;)
    (type (;0;) (func (param i32 i32 i32) (result i32)))
    (type (;1;) (func (param i32 i32) (result i32)))
    (type (;2;) (func (param i32 i32)))
    (type (;3;) (func (param i32 i32 i32)))
    (type (;4;) (func))
    (type (;5;) (func (param i32)))
    (type (;6;) (func (param i32 i32 i32 i32) (result i32)))
    (type (;7;) (func (param i32 i32 i32 i32)))
    (type (;8;) (func (param i32) (result i32)))
    (type (;9;) (func (param i32 i32 i32 i32 i32 i32)))
    (type (;10;) (func (param i32 i32 i32 i32 i32) (result i32)))
    (type (;11;) (func (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)))
    (type (;12;) (func (param i32 i32 i32 i32 i32)))
    (type (;13;) (func (param i32 i32 i32 i32 i32 i32) (result i32)))
    (type (;14;) (func (param i32 i32 i32 i32 i32 i32 i32) (result i32)))
    (type (;15;) (func (param i64 i32) (result i32)))
    (import "fingerpost:policy/log@0.1.0" "log" (func (;0;) (type 3)))
    (table (;0;) 73 73 funcref)
    (memory (;0;) 2)
    (global (;0;) (mut i32) i32.const 65536)
    (global (;1;) i32 i32.const 72198)
    (global (;2;) i32 i32.const 72208)
    (export "memory" (memory 0))
    (export "cabi_post_configure" (func 55))
    (export "cabi_post_fallback" (func 58))
    (export "cabi_post_route" (func 59))
    (export "configure" (func 60))
    (export "fallback" (func 65))
    (export "route" (func 68))
    (export "cabi_realloc_wit_bindgen_0_61_1" (func 168))
    (export "cabi_realloc" (func 169))
    (export "__data_end" (global 1))
    (export "__heap_base" (global 2))
    (elem (;0;) (i32.const 1) func 4 6 49 51 50 19 20 32 34 35 36 37 38 39 40 41 43 140 48 44 137 47 142 143 136 134 130 128 109 139 141 127 45 46 126 133 102 105 103 117 89 129 131 138 135 132 31 53 54 77 78 79 80 81 82 83 84 125 160 162 163 164 165 166 155 156 157 159 146 147 161 169)
    (func (;1;) (type 4))
    (func (;2;) (type 5) (param i32)
      (local i32)
      global.get 0
      i32.const 32
      i32.sub
      local.tee 1
      global.set 0
      block ;; label = @1
        block ;; label = @2
          block ;; label = @3
            i32.const 0
            i32.load8_u offset=71540
            i32.const -2
            i32.add
            br_table 0 (;@3;) 2 (;@1;) 1 (;@2;)
          end
          i32.const 66516
          i32.const 113
          i32.const 66500
          call 3
          unreachable
        end
        i32.const 0
        i32.const 2
        i32.store8 offset=71540
        local.get 1
        local.get 0
        i32.store offset=12
        local.get 1
        i64.const -3750763034362895579
        i64.store offset=16
        local.get 1
        i32.const 1
        i32.store offset=4
        local.get 1
        local.get 1
        i32.const 12
        i32.add
        i32.store
        local.get 1
        i32.const 16
        i32.add
        i32.const 66896
        i32.const 65914
        local.get 1
        call 5
        drop
        local.get 1
        i32.const 2
        i32.store offset=28
        local.get 1
        local.get 1
        i32.const 16
        i32.add
        i32.store offset=24
        local.get 1
        local.get 1
        i32.const 24
        i32.add
        call 7
        i32.const 0
        local.get 1
        i64.load align=4
        i64.store offset=71528 align=4
        i32.const 0
        local.get 1
        i32.load offset=8
        i32.store offset=71536
        i32.const 0
        i32.const 3
        i32.store8 offset=71540
      end
      local.get 1
      i32.const 32
      i32.add
      global.set 0
    )
    (func (;3;) (type 3) (param i32 i32 i32)
      (local i32)
      global.get 0
      i32.const 32
      i32.sub
      local.tee 3
      global.set 0
      local.get 3
      local.get 1
      i32.store offset=16
      local.get 3
      local.get 0
      i32.store offset=12
      local.get 3
      i32.const 1
      i32.store16 offset=28
      local.get 3
      local.get 2
      i32.store offset=24
      local.get 3
      local.get 3
      i32.const 12
      i32.add
      i32.store offset=20
      local.get 3
      i32.const 20
      i32.add
      call 101
      unreachable
    )
    (func (;4;) (type 1) (param i32 i32) (result i32)
      (local i32 i32)
      global.get 0
      i32.const 16
      i32.sub
      local.tee 2
      global.set 0
      local.get 0
      i32.load
      local.set 0
      local.get 1
      i32.load
      i32.const 70957
      i32.const 5
      local.get 1
      i32.load offset=4
      i32.load offset=12
      call_indirect (type 0)
      local.set 3
      local.get 2
      i32.const 0
      i32.store8 offset=13
      local.get 2
      local.get 3
      i32.store8 offset=12
      local.get 2
      local.get 1
      i32.store offset=8
      local.get 2
      i32.const 8
      i32.add
      i32.const 70035
      i32.const 4
      local.get 0
      i32.const 3
      call 33
      i32.const 70778
      i32.const 13
      local.get 0
      i32.const 12
      i32.add
      i32.const 3
      call 33
      i32.const 70727
      i32.const 7
      local.get 0
      i32.const 24
      i32.add
      i32.const 4
      call 33
      i32.const 70755
      i32.const 6
      local.get 0
      i32.const 36
      i32.add
      i32.const 5
      call 33
      i32.const 70962
      i32.const 15
      local.get 0
      i32.const 48
      i32.add
      i32.const 5
      call 33
      i32.const 70977
      i32.const 6
      local.get 0
      i32.const 60
      i32.add
      i32.const 3
      call 33
      call 42
      local.set 0
      local.get 2
      i32.const 16
      i32.add
      global.set 0
      local.get 0
    )
    (func (;5;) (type 6) (param i32 i32 i32 i32) (result i32)
      (local i32 i32 i32 i32 i32 i32 i64 i32)
      global.get 0
      i32.const 16
      i32.sub
      local.tee 4
      global.set 0
      block ;; label = @1
        block ;; label = @2
          block ;; label = @3
            block ;; label = @4
              local.get 3
              i32.const 1
              i32.and
              br_if 0 (;@4;)
              local.get 2
              i32.load8_u
              local.tee 5
              br_if 1 (;@3;)
              br 2 (;@2;)
            end
            local.get 0
            local.get 2
            local.get 3
            i32.const 1
            i32.shr_u
            local.get 1
            i32.load offset=12
            call_indirect (type 0)
            local.set 5
            br 2 (;@1;)
          end
          local.get 1
          i32.load offset=12
          local.set 6
          i32.const 0
          local.set 7
          loop ;; label = @3
            local.get 2
            i32.const 1
            i32.add
            local.set 8
            block ;; label = @4
              block ;; label = @5
                block ;; label = @6
                  block ;; label = @7
                    block ;; label = @8
                      block ;; label = @9
                        local.get 5
                        i32.extend8_s
                        i32.const -1
                        i32.gt_s
                        br_if 0 (;@9;)
                        local.get 5
                        i32.const 255
                        i32.and
                        local.tee 9
                        i32.const 128
                        i32.eq
                        br_if 1 (;@8;)
                        local.get 9
                        i32.const 192
                        i32.ne
                        br_if 2 (;@7;)
                        local.get 4
                        local.get 1
                        i32.store offset=4
                        local.get 4
                        local.get 0
                        i32.store
                        local.get 4
                        i64.const 1610612768
                        i64.store offset=8 align=4
                        local.get 3
                        local.get 7
                        i32.const 3
                        i32.shl
                        i32.add
                        local.tee 5
                        i32.load
                        local.get 4
                        local.get 5
                        i32.load offset=4
                        call_indirect (type 1)
                        br_if 3 (;@6;)
                        local.get 7
                        i32.const 1
                        i32.add
                        local.set 7
                        local.get 8
                        local.set 2
                        br 5 (;@4;)
                      end
                      local.get 0
                      local.get 8
                      local.get 5
                      i32.const 255
                      i32.and
                      local.tee 5
                      local.get 6
                      call_indirect (type 0)
                      br_if 2 (;@6;)
                      local.get 8
                      local.get 5
                      i32.add
                      local.set 2
                      br 4 (;@4;)
                    end
                    local.get 0
                    local.get 2
                    i32.const 3
                    i32.add
                    local.tee 5
                    local.get 2
                    i32.load16_u offset=1 align=1
                    local.tee 2
                    local.get 6
                    call_indirect (type 0)
                    br_if 1 (;@6;)
                    local.get 5
                    local.get 2
                    i32.add
                    local.set 2
                    br 3 (;@4;)
                  end
                  i64.const 1610612768
                  local.set 10
                  block ;; label = @7
                    local.get 5
                    i32.const 1
                    i32.and
                    i32.eqz
                    br_if 0 (;@7;)
                    local.get 2
                    i32.const 5
                    i32.add
                    local.set 8
                    local.get 2
                    i64.load32_u offset=1 align=1
                    local.set 10
                  end
                  i32.const 0
                  local.set 9
                  block ;; label = @7
                    block ;; label = @8
                      local.get 5
                      i32.const 2
                      i32.and
                      br_if 0 (;@8;)
                      i32.const 0
                      local.set 11
                      local.get 8
                      local.set 2
                      br 1 (;@7;)
                    end
                    local.get 8
                    i32.const 2
                    i32.add
                    local.set 2
                    local.get 8
                    i32.load16_u align=1
                    local.set 11
                  end
                  block ;; label = @7
                    block ;; label = @8
                      local.get 5
                      i32.const 4
                      i32.and
                      br_if 0 (;@8;)
                      local.get 2
                      local.set 8
                      br 1 (;@7;)
                    end
                    local.get 2
                    i32.const 2
                    i32.add
                    local.set 8
                    local.get 2
                    i32.load16_u align=1
                    local.set 9
                  end
                  block ;; label = @7
                    block ;; label = @8
                      local.get 5
                      i32.const 8
                      i32.and
                      br_if 0 (;@8;)
                      local.get 8
                      local.set 2
                      br 1 (;@7;)
                    end
                    local.get 8
                    i32.const 2
                    i32.add
                    local.set 2
                    local.get 8
                    i32.load16_u align=1
                    local.set 7
                  end
                  block ;; label = @7
                    local.get 5
                    i32.const 16
                    i32.and
                    i32.eqz
                    br_if 0 (;@7;)
                    local.get 3
                    local.get 11
                    i32.const 65535
                    i32.and
                    i32.const 3
                    i32.shl
                    i32.add
                    i32.load16_u offset=4
                    local.set 11
                  end
                  block ;; label = @7
                    local.get 5
                    i32.const 32
                    i32.and
                    i32.eqz
                    br_if 0 (;@7;)
                    local.get 3
                    local.get 9
                    i32.const 65535
                    i32.and
                    i32.const 3
                    i32.shl
                    i32.add
                    i32.load16_u offset=4
                    local.set 9
                  end
                  local.get 4
                  local.get 1
                  i32.store offset=4
                  local.get 4
                  local.get 0
                  i32.store
                  local.get 4
                  local.get 9
                  i64.extend_i32_u
                  i64.const 48
                  i64.shl
                  local.get 11
                  i64.extend_i32_u
                  i64.const 65535
                  i64.and
                  i64.const 32
                  i64.shl
                  i64.or
                  local.get 10
                  i64.or
                  i64.store offset=8 align=4
                  local.get 3
                  local.get 7
                  i32.const 3
                  i32.shl
                  i32.add
                  local.tee 5
                  i32.load
                  local.get 4
                  local.get 5
                  i32.load offset=4
                  call_indirect (type 1)
                  i32.eqz
                  br_if 1 (;@5;)
                end
                i32.const 1
                local.set 5
                br 4 (;@1;)
              end
              local.get 7
              i32.const 1
              i32.add
              local.set 7
            end
            local.get 2
            i32.load8_u
            local.tee 5
            br_if 0 (;@3;)
          end
        end
        i32.const 0
        local.set 5
      end
      local.get 4
      i32.const 16
      i32.add
      global.set 0
      local.get 5
    )
    (func (;6;) (type 1) (param i32 i32) (result i32)
      (local i32 i64)
      global.get 0
      i32.const 16
      i32.sub
      local.tee 2
      global.set 0
      local.get 0
      i64.load
      local.set 3
      i32.const 17
      local.set 0
      loop ;; label = @1
        local.get 2
        local.get 0
        i32.add
        i32.const -2
        i32.add
        local.get 3
        i32.wrap_i64
        i32.const 15
        i32.and
        i32.load8_u offset=67875
        i32.store8
        local.get 0
        i32.const -1
        i32.add
        local.set 0
        local.get 3
        i64.const 4
        i64.shr_u
        local.tee 3
        i64.const 0
        i64.ne
        br_if 0 (;@1;)
      end
      local.get 1
      i32.const 1
      i32.const 69910
      i32.const 2
      local.get 2
      local.get 0
      i32.add
      i32.const -1
      i32.add
      i32.const 17
      local.get 0
      i32.sub
      call 86
      local.set 0
      local.get 2
      i32.const 16
      i32.add
      global.set 0
      local.get 0
    )
    (func (;7;) (type 2) (param i32 i32)
      (local i32 i32 i32 i32)
      global.get 0
      i32.const 16
      i32.sub
      local.tee 2
      global.set 0
      i32.const 1
      local.set 3
      block ;; label = @1
        block ;; label = @2
          block ;; label = @3
            block ;; label = @4
              local.get 1
              i32.const 1
              i32.and
              br_if 0 (;@4;)
              i32.const 0
              local.set 4
              br 1 (;@3;)
            end
            i32.const 0
            local.set 4
            local.get 1
            i32.const 1
            i32.shr_u
            local.tee 5
            i32.eqz
            br_if 0 (;@3;)
            local.get 5
            call 15
            local.tee 3
            i32.eqz
            br_if 1 (;@2;)
            local.get 5
            local.set 4
          end
          local.get 2
          i32.const 0
          i32.store offset=8
          local.get 2
          local.get 3
          i32.store offset=4
          local.get 2
          local.get 4
          i32.store
          local.get 2
          i32.const 67084
          i32.const 65536
          local.get 1
          call 5
          br_if 1 (;@1;)
          local.get 0
          local.get 2
          i32.load offset=8
          i32.store offset=8
          local.get 0
          local.get 2
          i64.load align=4
          i64.store align=4
          local.get 2
          i32.const 16
          i32.add
          global.set 0
          return
        end
        i32.const 1
        local.get 5
        call 16
        unreachable
      end
      i32.const 66972
      i32.const 86
      local.get 2
      i32.const 15
      i32.add
      i32.const 66920
      i32.const 67060
      call 76
      unreachable
    )
    (func (;8;) (type 5) (param i32)
      (local i32 i32 i32 i32)
      global.get 0
      i32.const 16
      i32.sub
      local.tee 1
      global.set 0
      local.get 0
      i32.load offset=12
      local.tee 2
      local.get 0
      i32.load offset=4
      local.tee 3
      i32.sub
      i32.const 24
      i32.div_u
      local.set 4
      block ;; label = @1
        local.get 2
        local.get 3
        i32.eq
        br_if 0 (;@1;)
        loop ;; label = @2
          local.get 3
          i32.const 1
          i32.const 1
          call 9
          local.get 3
          i32.const 12
          i32.add
          i32.const 1
          i32.const 1
          call 9
          local.get 3
          i32.const 24
          i32.add
          local.set 3
          local.get 4
          i32.const -1
          i32.add
          local.tee 4
          br_if 0 (;@2;)
        end
      end
      local.get 1
      local.get 0
      i32.load
      i32.store offset=12
      local.get 1
      local.get 0
      i32.load offset=8
      i32.store offset=8
      local.get 1
      i32.const 8
      i32.add
      i32.const 4
      i32.const 24
      call 9
      local.get 1
      i32.const 16
      i32.add
      global.set 0
    )
    (func (;9;) (type 3) (param i32 i32 i32)
      (local i32 i32)
      global.get 0
      i32.const 16
      i32.sub
      local.tee 3
      global.set 0
      block ;; label = @1
        block ;; label = @2
          local.get 0
          i32.load
          local.tee 4
          br_if 0 (;@2;)
          i32.const 0
          local.set 2
          local.get 3
          i32.const 12
          i32.add
          local.set 0
          br 1 (;@1;)
        end
        local.get 3
        local.get 1
        i32.store offset=12
        local.get 4
        local.get 2
        i32.mul
        local.set 2
        local.get 0
        i32.load offset=4
        local.set 1
        local.get 3
        i32.const 8
        i32.add
        local.set 0
      end
      local.get 0
      local.get 2
      i32.store
      block ;; label = @1
        local.get 3
        i32.load offset=12
        i32.eqz
        br_if 0 (;@1;)
        local.get 3
        i32.load offset=8
        local.tee 0
        i32.eqz
        br_if 0 (;@1;)
        local.get 1
        i32.const -4
        i32.add
        i32.load
        local.get 0
        call 56
        local.get 1
        call 57
      end
      local.get 3
      i32.const 16
      i32.add
      global.set 0
    )
    (func (;10;) (type 5) (param i32)
      (local i32 i32 i32)
      global.get 0
      i32.const 16
      i32.sub
      local.tee 1
      global.set 0
      block ;; label = @1
        local.get 0
        i32.load offset=12
        local.tee 2
        local.get 0
        i32.load offset=4
        local.tee 3
        i32.eq
        br_if 0 (;@1;)
        local.get 2
        local.get 3
        i32.sub
        i32.const 4
        i32.shr_u
        local.set 2
        local.get 3
        i32.const 4
        i32.add
        local.set 3
        loop ;; label = @2
          local.get 3
          i32.const 1
          i32.const 1
          call 9
          local.get 3
          i32.const 16
          i32.add
          local.set 3
          local.get 2
          i32.const -1
          i32.add
          local.tee 2
          br_if 0 (;@2;)
        end
      end
      local.get 1
      local.get 0
      i32.load
      i32.store offset=12
      local.get 1
      local.get 0
      i32.load offset=8
      i32.store offset=8
      local.get 1
      i32.const 8
      i32.add
      i32.const 4
      i32.const 16
      call 9
      local.get 1
      i32.const 16
      i32.add
      global.set 0
    )
    (func (;11;) (type 5) (param i32)
      (local i32 i32 i32)
      local.get 0
      i32.const 128
      i32.add
      i32.const 1
      i32.const 1
      call 9
      local.get 0
      i32.const 140
      i32.add
      i32.const 1
      i32.const 1
      call 9
      local.get 0
      i32.const 152
      i32.add
      i32.const 1
      i32.const 1
      call 9
      local.get 0
      i32.const 164
      i32.add
      i32.const 1
      i32.const 1
      call 9
      local.get 0
      i32.const 176
      i32.add
      local.set 1
      block ;; label = @1
        local.get 0
        i32.load offset=184
        local.tee 2
        i32.eqz
        br_if 0 (;@1;)
        local.get 0
        i32.load offset=180
        local.set 3
        loop ;; label = @2
          local.get 3
          i32.const 1
          i32.const 1
          call 9
          local.get 3
          i32.const 12
          i32.add
          local.set 3
          local.get 2
          i32.const -1
          i32.add
          local.tee 2
          br_if 0 (;@2;)
        end
      end
      local.get 1
      i32.const 4
      i32.const 12
      call 9
      local.get 0
      i32.const 188
      i32.add
      local.set 1
      block ;; label = @1
        local.get 0
        i32.load offset=196
        local.tee 2
        i32.eqz
        br_if 0 (;@1;)
        local.get 0
        i32.load offset=192
        local.set 3
        loop ;; label = @2
          local.get 3
          i32.const 1
          i32.const 1
          call 9
          local.get 3
          i32.const 12
          i32.add
          i32.const 1
          i32.const 1
          call 9
          local.get 3
          i32.const 24
          i32.add
          i32.const 1
          i32.const 1
          call 9
          local.get 3
          i32.const 36
          i32.add
          local.set 3
          local.get 2
          i32.const -1
          i32.add
          local.tee 2
          br_if 0 (;@2;)
        end
      end
      local.get 1
      i32.const 4
      i32.const 36
      call 9
      local.get 0
      i32.const 216
      i32.add
      i32.const 1
      i32.const 1
      call 9
      local.get 0
      i32.const 228
      i32.add
      i32.const 1
      i32.const 1
      call 9
      local.get 0
      i32.const 240
      i32.add
      i32.const 1
      i32.const 1
      call 9
      block ;; label = @1
        local.get 0
        i32.load offset=252
        i32.const -2147483648
        i32.eq
        br_if 0 (;@1;)
        local.get 0
        i32.const 252
        i32.add
        i32.const 1
        i32.const 1
        call 9
      end
      local.get 0
      i32.const 24
      i32.add
      local.set 1
      block ;; label = @1
        local.get 0
        i32.load offset=32
        local.tee 2
        i32.eqz
        br_if 0 (;@1;)
        local.get 0
        i32.load offset=28
        local.set 3
        loop ;; label = @2
          local.get 3
          i32.const 1
          i32.const 1
          call 9
          local.get 3
          i32.const 12
          i32.add
          local.set 3
          local.get 2
          i32.const -1
          i32.add
          local.tee 2
          br_if 0 (;@2;)
        end
      end
      local.get 1
      i32.const 4
      i32.const 12
      call 9
      local.get 0
      i32.const 296
      i32.add
      local.set 1
      block ;; label = @1
        local.get 0
        i32.load offset=304
        local.tee 2
        i32.eqz
        br_if 0 (;@1;)
        local.get 0
        i32.load offset=300
        i32.const 80
        i32.add
        local.set 3
        loop ;; label = @2
          local.get 3
          i32.const -24
          i32.add
          i32.const 1
          i32.const 1
          call 9
          local.get 3
          i32.const -12
          i32.add
          i32.const 1
          i32.const 1
          call 9
          local.get 3
          i32.const 1
          i32.const 1
          call 9
          local.get 3
          i32.const 96
          i32.add
          local.set 3
          local.get 2
          i32.const -1
          i32.add
          local.tee 2
          br_if 0 (;@2;)
        end
      end
      local.get 1
      i32.const 8
      i32.const 96
      call 9
      local.get 0
      i32.const 308
      i32.add
      i32.const 8
      i32.const 80
      call 9
      block ;; label = @1
        local.get 0
        i32.load offset=332
        i32.const -2147483648
        i32.eq
        br_if 0 (;@1;)
        local.get 0
        i32.const 332
        i32.add
        i32.const 1
        i32.const 1
        call 9
        local.get 0
        i32.const 344
        i32.add
        local.set 1
        block ;; label = @2
          local.get 0
          i32.load offset=352
          local.tee 2
          i32.eqz
          br_if 0 (;@2;)
          local.get 0
          i32.load offset=348
          local.set 3
          loop ;; label = @3
            local.get 3
            i32.const 1
            i32.const 1
            call 9
            local.get 3
            i32.const 12
            i32.add
            local.set 3
            local.get 2
            i32.const -1
            i32.add
            local.tee 2
            br_if 0 (;@3;)
          end
        end
        local.get 1
        i32.const 4
        i32.const 12
        call 9
      end
      block ;; label = @1
        local.get 0
        i32.load offset=272
        i32.const -2147483648
        i32.eq
        br_if 0 (;@1;)
        local.get 0
        i32.const 272
        i32.add
        i32.const 1
        i32.const 1
        call 9
      end
      local.get 0
      i32.const 320
      i32.add
      i32.const 4
      i32.const 8
      call 9
    )
    (func (;12;) (type 5) (param i32)
      (local i32 i32 i32 i32 i32 i32 i32 i32)
      local.get 0
      i32.const 1
      i32.const 1
      call 9
      local.get 0
      i32.const 12
      i32.add
      i32.const 1
      i32.const 1
      call 9
      local.get 0
      i32.const 24
      i32.add
      local.set 1
      block ;; label = @1
        local.get 0
        i32.load offset=32
        local.tee 2
        i32.eqz
        br_if 0 (;@1;)
        local.get 0
        i32.load offset=28
        local.set 3
        i32.const 0
        local.set 4
        loop ;; label = @2
          local.get 3
          local.get 4
          i32.const 80
          i32.mul
          i32.add
          local.tee 5
          i32.const 1
          i32.const 1
          call 9
          local.get 5
          i32.const 12
          i32.add
          i32.const 1
          i32.const 1
          call 9
          local.get 5
          i32.const 24
          i32.add
          i32.const 1
          i32.const 1
          call 9
          local.get 5
          i32.const 36
          i32.add
          i32.const 1
          i32.const 1
          call 9
          local.get 5
          i32.const 48
          i32.add
          local.set 6
          block ;; label = @3
            local.get 5
            i32.const 56
            i32.add
            i32.load
            local.tee 7
            i32.eqz
            br_if 0 (;@3;)
            local.get 5
            i32.const 52
            i32.add
            i32.load
            local.set 8
            loop ;; label = @4
              local.get 8
              i32.const 1
              i32.const 1
              call 9
              local.get 8
              i32.const 12
              i32.add
              local.set 8
              local.get 7
              i32.const -1
              i32.add
              local.tee 7
              br_if 0 (;@4;)
            end
          end
          local.get 6
          i32.const 4
          i32.const 12
          call 9
          local.get 5
          i32.const 60
          i32.add
          i32.const 1
          i32.const 1
          call 9
          local.get 4
          i32.const 1
          i32.add
          local.tee 4
          local.get 2
          i32.ne
          br_if 0 (;@2;)
        end
      end
      local.get 1
      i32.const 4
      i32.const 80
      call 9
      local.get 0
      i32.const 36
      i32.add
      local.set 5
      block ;; label = @1
        local.get 0
        i32.load offset=44
        local.tee 7
        i32.eqz
        br_if 0 (;@1;)
        local.get 0
        i32.load offset=40
        local.set 8
        loop ;; label = @2
          local.get 8
          i32.const 1
          i32.const 1
          call 9
          local.get 8
          i32.const 12
          i32.add
          local.set 8
          local.get 7
          i32.const -1
          i32.add
          local.tee 7
          br_if 0 (;@2;)
        end
      end
      local.get 5
      i32.const 4
      i32.const 12
      call 9
      block ;; label = @1
        local.get 0
        i32.load offset=56
        local.tee 7
        i32.eqz
        br_if 0 (;@1;)
        local.get 0
        i32.load offset=52
        local.set 8
        loop ;; label = @2
          local.get 8
          i32.const 1
          i32.const 1
          call 9
          local.get 8
          i32.const 12
          i32.add
          local.set 8
          local.get 7
          i32.const -1
          i32.add
          local.tee 7
          br_if 0 (;@2;)
        end
      end
      local.get 0
      i32.const 48
      i32.add
      i32.const 4
      i32.const 12
      call 9
      local.get 0
      i32.const 60
      i32.add
      i32.const 1
      i32.const 1
      call 9
    )
    (func (;13;) (type 5) (param i32)
      (local i32 i32 i32)
      local.get 0
      i32.const 1
      i32.const 1
      call 9
      local.get 0
      i32.const 12
      i32.add
      i32.const 1
      i32.const 1
      call 9
      local.get 0
      i32.const 24
      i32.add
      local.set 1
      block ;; label = @1
        local.get 0
        i32.load offset=32
        local.tee 2
        i32.eqz
        br_if 0 (;@1;)
        local.get 0
        i32.load offset=28
        i32.const 4
        i32.add
        local.set 3
        loop ;; label = @2
          local.get 3
          i32.const 1
          i32.const 1
          call 9
          local.get 3
          i32.const 16
          i32.add
          local.set 3
          local.get 2
          i32.const -1
          i32.add
          local.tee 2
          br_if 0 (;@2;)
        end
      end
      local.get 1
      i32.const 4
      i32.const 16
      call 9
      block ;; label = @1
        local.get 0
        i32.load offset=44
        local.tee 2
        i32.eqz
        br_if 0 (;@1;)
        local.get 0
        i32.load offset=40
        local.set 3
        loop ;; label = @2
          local.get 3
          i32.const 1
          i32.const 1
          call 9
          local.get 3
          i32.const 12
          i32.add
          i32.const 1
          i32.const 1
          call 9
          local.get 3
          i32.const 24
          i32.add
          local.set 3
          local.get 2
          i32.const -1
          i32.add
          local.tee 2
          br_if 0 (;@2;)
        end
      end
      local.get 0
      i32.const 36
      i32.add
      i32.const 4
      i32.const 24
      call 9
    )
    (func (;14;) (type 7) (param i32 i32 i32 i32)
      (local i32 i32 i32 i32)
      global.get 0
      i32.const 144
      i32.sub
      local.tee 4
      global.set 0
      local.get 4
      local.get 3
      i32.store offset=24
      local.get 4
      local.get 2
      i32.store offset=20
      i32.const 0
      local.set 3
      block ;; label = @1
        block ;; label = @2
          block ;; label = @3
            i32.const 0
            i32.load8_u offset=71540
            i32.const 3
            i32.ne
            br_if 0 (;@3;)
            block ;; label = @4
              block ;; label = @5
                block ;; label = @6
                  i32.const 0
                  i32.load offset=71536
                  local.tee 5
                  i32.const 0
                  i32.lt_s
                  br_if 0 (;@6;)
                  block ;; label = @7
                    local.get 5
                    br_if 0 (;@7;)
                    i32.const 0
                    local.set 6
                    i32.const 1
                    local.set 7
                    br 3 (;@4;)
                  end
                  i32.const 0
                  i32.load offset=71532
                  local.set 3
                  local.get 5
                  call 15
                  local.tee 7
                  br_if 1 (;@5;)
                  i32.const 1
                  local.set 3
                end
                local.get 3
                local.get 5
                call 16
                unreachable
              end
              block ;; label = @5
                local.get 5
                i32.eqz
                br_if 0 (;@5;)
                local.get 7
                local.get 3
                local.get 5
                memory.copy
              end
              local.get 5
              local.set 6
            end
            local.get 4
            i32.const 8
            i32.add
            local.get 1
            i32.load offset=192
            local.get 1
            i32.load offset=196
            call 17
            local.get 4
            i32.const 28
            i32.add
            local.get 4
            i32.load offset=8
            local.get 4
            i32.load offset=12
            call 18
            local.get 4
            i32.const 40
            i32.add
            i32.const 66680
            i32.const 43
            call 18
            i32.const 32
            call 15
            local.tee 2
            i32.eqz
            br_if 1 (;@2;)
            local.get 4
            i32.const 76
            i32.add
            i32.const 66723
            i32.const 8
            call 18
            local.get 4
            local.get 4
            i32.load offset=84
            i32.store offset=110 align=2
            local.get 4
            local.get 4
            i64.load offset=76 align=4
            i64.store offset=102 align=2
            local.get 2
            i32.const 0
            i32.store16
            local.get 2
            local.get 4
            i64.load offset=100 align=2
            i64.store offset=2 align=2
            local.get 2
            local.get 4
            i64.load offset=106 align=2
            i64.store offset=8 align=2
            local.get 2
            i32.const 0
            i32.store offset=28
            local.get 2
            i64.const 4294967296
            i64.store offset=20 align=4
            local.get 2
            i32.const 1
            i32.store16 offset=16
            i32.const 72
            call 15
            local.tee 3
            i32.eqz
            br_if 2 (;@1;)
            local.get 4
            i32.const 52
            i32.add
            i32.const 66731
            i32.const 5
            call 18
            local.get 4
            local.get 5
            i32.store offset=72
            local.get 4
            local.get 7
            i32.store offset=68
            local.get 4
            local.get 6
            i32.store offset=64
            local.get 4
            i32.const 76
            i32.add
            i32.const 66736
            i32.const 5
            call 18
            local.get 4
            local.get 1
            i32.store offset=128
            local.get 4
            i64.const -3750763034362895579
            i64.store offset=136
            local.get 4
            i32.const 6
            i32.store offset=104
            local.get 4
            local.get 4
            i32.const 128
            i32.add
            i32.store offset=100
            local.get 4
            i32.const 136
            i32.add
            i32.const 66896
            i32.const 65914
            local.get 4
            i32.const 100
            i32.add
            call 5
            drop
            local.get 4
            i32.const 2
            i32.store offset=104
            local.get 4
            local.get 4
            i32.const 136
            i32.add
            i32.store offset=100
            local.get 4
            i32.const 76
            i32.add
            i32.const 12
            i32.add
            local.get 4
            i32.const 100
            i32.add
            call 7
            local.get 4
            i32.const 100
            i32.add
            i32.const 66741
            i32.const 8
            call 18
            local.get 4
            local.get 4
            i32.const 20
            i32.add
            i32.store offset=124
            local.get 4
            i64.const -3750763034362895579
            i64.store offset=128
            local.get 4
            i32.const 7
            i32.store offset=140
            local.get 4
            local.get 4
            i32.const 124
            i32.add
            i32.store offset=136
            local.get 4
            i32.const 128
            i32.add
            i32.const 66896
            i32.const 65914
            local.get 4
            i32.const 136
            i32.add
            call 5
            drop
            local.get 4
            i32.const 2
            i32.store offset=140
            local.get 4
            local.get 4
            i32.const 128
            i32.add
            i32.store offset=136
            local.get 4
            i32.const 100
            i32.add
            i32.const 12
            i32.add
            local.get 4
            i32.const 136
            i32.add
            call 7
            local.get 3
            local.get 4
            i64.load offset=68 align=4
            i64.store offset=16 align=4
            local.get 3
            local.get 4
            i64.load offset=60 align=4
            i64.store offset=8 align=4
            local.get 3
            local.get 4
            i64.load offset=52 align=4
            i64.store align=4
            local.get 3
            local.get 4
            i64.load offset=76 align=4
            i64.store offset=24 align=4
            local.get 3
            local.get 4
            i64.load offset=84 align=4
            i64.store offset=32 align=4
            local.get 3
            local.get 4
            i64.load offset=92 align=4
            i64.store offset=40 align=4
            local.get 3
            local.get 4
            i64.load offset=100 align=4
            i64.store offset=48 align=4
            local.get 3
            local.get 4
            i64.load offset=108 align=4
            i64.store offset=56 align=4
            local.get 3
            local.get 4
            i64.load offset=116 align=4
            i64.store offset=64 align=4
            local.get 0
            local.get 4
            i32.load offset=36
            i32.store offset=8
            local.get 0
            local.get 4
            i64.load offset=28 align=4
            i64.store align=4
            local.get 0
            local.get 4
            i64.load offset=40 align=4
            i64.store offset=12 align=4
            local.get 0
            local.get 4
            i32.load offset=48
            i32.store offset=20
            local.get 0
            i32.const 3
            i32.store offset=44
            local.get 0
            local.get 3
            i32.store offset=40
            local.get 0
            i64.const 12884901890
            i64.store offset=32 align=4
            local.get 0
            local.get 2
            i32.store offset=28
            local.get 0
            i32.const 2
            i32.store offset=24
            local.get 4
            i32.const 144
            i32.add
            global.set 0
            return
          end
          i32.const 66625
          i32.const 37
          i32.const 66664
          call 21
          unreachable
        end
        i32.const 4
        i32.const 32
        call 22
        unreachable
      end
      i32.const 4
      i32.const 72
      call 22
      unreachable
    )
    (func (;15;) (type 8) (param i32) (result i32)
      (local i32 i32 i32 i32 i32 i32 i32 i32 i64)
      block ;; label = @1
        block ;; label = @2
          block ;; label = @3
            block ;; label = @4
              block ;; label = @5
                block ;; label = @6
                  block ;; label = @7
                    local.get 0
                    i32.const 245
                    i32.lt_u
                    br_if 0 (;@7;)
                    local.get 0
                    i32.const -65587
                    i32.ge_u
                    br_if 6 (;@1;)
                    local.get 0
                    i32.const 11
                    i32.add
                    local.tee 1
                    i32.const -8
                    i32.and
                    local.set 2
                    i32.const 0
                    i32.load offset=72156
                    local.tee 3
                    i32.eqz
                    br_if 4 (;@3;)
                    i32.const 31
                    local.set 4
                    block ;; label = @8
                      local.get 0
                      i32.const 16777204
                      i32.gt_u
                      br_if 0 (;@8;)
                      local.get 2
                      i32.const 38
                      local.get 1
                      i32.const 8
                      i32.shr_u
                      i32.clz
                      local.tee 0
                      i32.sub
                      i32.shr_u
                      i32.const 1
                      i32.and
                      local.get 0
                      i32.const 1
                      i32.shl
                      i32.or
                      i32.const 62
                      i32.xor
                      local.set 4
                    end
                    i32.const 0
                    local.get 2
                    i32.sub
                    local.set 1
                    local.get 4
                    i32.const 2
                    i32.shl
                    i32.const 71744
                    i32.add
                    i32.load
                    local.tee 0
                    i32.eqz
                    br_if 1 (;@6;)
                    i32.const 0
                    local.set 5
                    local.get 2
                    i32.const 0
                    i32.const 25
                    local.get 4
                    i32.const 1
                    i32.shr_u
                    i32.sub
                    i32.const 31
                    i32.and
                    local.get 4
                    i32.const 31
                    i32.eq
                    select
                    i32.shl
                    local.set 6
                    i32.const 0
                    local.set 7
                    loop ;; label = @8
                      block ;; label = @9
                        local.get 0
                        local.tee 0
                        i32.load offset=4
                        i32.const -8
                        i32.and
                        local.tee 8
                        local.get 2
                        i32.lt_u
                        br_if 0 (;@9;)
                        local.get 8
                        local.get 2
                        i32.sub
                        local.tee 8
                        local.get 1
                        i32.ge_u
                        br_if 0 (;@9;)
                        local.get 0
                        local.set 5
                        local.get 8
                        local.set 1
                        local.get 8
                        br_if 0 (;@9;)
                        i32.const 0
                        local.set 1
                        local.get 0
                        local.set 5
                        br 4 (;@5;)
                      end
                      local.get 7
                      local.get 0
                      i32.load offset=20
                      local.tee 8
                      local.get 8
                      local.get 0
                      local.get 6
                      i32.const 29
                      i32.shr_u
                      i32.const 4
                      i32.and
                      i32.add
                      i32.load offset=16
                      local.tee 0
                      i32.eq
                      select
                      local.get 7
                      local.get 8
                      select
                      local.set 7
                      local.get 6
                      i32.const 1
                      i32.shl
                      local.set 6
                      local.get 0
                      br_if 0 (;@8;)
                    end
                    block ;; label = @8
                      local.get 7
                      i32.eqz
                      br_if 0 (;@8;)
                      local.get 7
                      local.set 0
                      br 3 (;@5;)
                    end
                    local.get 5
                    i32.eqz
                    br_if 1 (;@6;)
                    br 3 (;@4;)
                  end
                  block ;; label = @7
                    i32.const 0
                    i32.load offset=72152
                    local.tee 5
                    i32.const 16
                    local.get 0
                    i32.const 11
                    i32.add
                    i32.const 504
                    i32.and
                    local.get 0
                    i32.const 11
                    i32.lt_u
                    select
                    local.tee 2
                    i32.const 3
                    i32.shr_u
                    local.tee 1
                    i32.shr_u
                    local.tee 0
                    i32.const 3
                    i32.and
                    i32.eqz
                    br_if 0 (;@7;)
                    block ;; label = @8
                      block ;; label = @9
                        local.get 0
                        i32.const -1
                        i32.xor
                        i32.const 1
                        i32.and
                        local.get 1
                        i32.add
                        local.tee 8
                        i32.const 3
                        i32.shl
                        local.tee 0
                        i32.const 71888
                        i32.add
                        local.tee 1
                        local.get 0
                        i32.const 71896
                        i32.add
                        i32.load
                        local.tee 2
                        i32.const 8
                        i32.add
                        local.tee 6
                        i32.load
                        local.tee 7
                        i32.eq
                        br_if 0 (;@9;)
                        local.get 7
                        local.get 1
                        i32.store offset=12
                        local.get 1
                        local.get 7
                        i32.store offset=8
                        br 1 (;@8;)
                      end
                      i32.const 0
                      local.get 5
                      i32.const -2
                      local.get 8
                      i32.rotl
                      i32.and
                      i32.store offset=72152
                    end
                    local.get 2
                    local.get 0
                    i32.const 3
                    i32.or
                    i32.store offset=4
                    local.get 2
                    local.get 0
                    i32.add
                    local.tee 0
                    local.get 0
                    i32.load offset=4
                    i32.const 1
                    i32.or
                    i32.store offset=4
                    local.get 6
                    return
                  end
                  local.get 2
                  i32.const 0
                  i32.load offset=72160
                  i32.le_u
                  br_if 3 (;@3;)
                  block ;; label = @7
                    block ;; label = @8
                      local.get 0
                      br_if 0 (;@8;)
                      i32.const 0
                      i32.load offset=72156
                      local.tee 0
                      i32.eqz
                      br_if 5 (;@3;)
                      local.get 0
                      i32.ctz
                      i32.const 2
                      i32.shl
                      i32.const 71744
                      i32.add
                      i32.load
                      local.tee 7
                      i32.load offset=4
                      i32.const -8
                      i32.and
                      local.get 2
                      i32.sub
                      local.set 1
                      local.get 7
                      local.set 5
                      loop ;; label = @9
                        block ;; label = @10
                          local.get 7
                          i32.load offset=16
                          local.tee 0
                          br_if 0 (;@10;)
                          local.get 7
                          i32.load offset=20
                          local.tee 0
                          i32.eqz
                          br_if 3 (;@7;)
                        end
                        local.get 0
                        i32.load offset=4
                        i32.const -8
                        i32.and
                        local.get 2
                        i32.sub
                        local.tee 7
                        local.get 1
                        local.get 7
                        local.get 1
                        i32.lt_u
                        local.tee 7
                        select
                        local.set 1
                        local.get 0
                        local.get 5
                        local.get 7
                        select
                        local.set 5
                        local.get 0
                        local.set 7
                        br 0 (;@9;)
                      end
                    end
                    block ;; label = @8
                      block ;; label = @9
                        i32.const 2
                        local.get 1
                        i32.shl
                        local.tee 7
                        i32.const 0
                        local.get 7
                        i32.sub
                        i32.or
                        local.get 0
                        local.get 1
                        i32.shl
                        i32.and
                        i32.ctz
                        local.tee 4
                        i32.const 3
                        i32.shl
                        local.tee 0
                        i32.const 71888
                        i32.add
                        local.tee 7
                        local.get 0
                        i32.const 71896
                        i32.add
                        i32.load
                        local.tee 1
                        i32.const 8
                        i32.add
                        local.tee 8
                        i32.load
                        local.tee 6
                        i32.eq
                        br_if 0 (;@9;)
                        local.get 6
                        local.get 7
                        i32.store offset=12
                        local.get 7
                        local.get 6
                        i32.store offset=8
                        br 1 (;@8;)
                      end
                      i32.const 0
                      local.get 5
                      i32.const -2
                      local.get 4
                      i32.rotl
                      i32.and
                      i32.store offset=72152
                    end
                    local.get 1
                    local.get 2
                    i32.const 3
                    i32.or
                    i32.store offset=4
                    local.get 1
                    local.get 2
                    i32.add
                    local.tee 7
                    local.get 0
                    local.get 2
                    i32.sub
                    local.tee 2
                    i32.const 1
                    i32.or
                    i32.store offset=4
                    local.get 1
                    local.get 0
                    i32.add
                    local.get 2
                    i32.store
                    local.get 7
                    local.get 2
                    call 148
                    local.get 8
                    return
                  end
                  local.get 5
                  call 149
                  block ;; label = @7
                    block ;; label = @8
                      local.get 1
                      i32.const 16
                      i32.lt_u
                      br_if 0 (;@8;)
                      local.get 5
                      local.get 2
                      i32.const 3
                      i32.or
                      i32.store offset=4
                      local.get 5
                      local.get 2
                      i32.add
                      local.tee 0
                      local.get 1
                      i32.const 1
                      i32.or
                      i32.store offset=4
                      local.get 0
                      local.get 1
                      i32.add
                      local.get 1
                      i32.store
                      local.get 0
                      local.get 1
                      call 148
                      br 1 (;@7;)
                    end
                    local.get 5
                    local.get 1
                    local.get 2
                    i32.add
                    local.tee 0
                    i32.const 3
                    i32.or
                    i32.store offset=4
                    local.get 5
                    local.get 0
                    i32.add
                    local.tee 0
                    local.get 0
                    i32.load offset=4
                    i32.const 1
                    i32.or
                    i32.store offset=4
                  end
                  local.get 5
                  i32.const 8
                  i32.add
                  local.tee 0
                  i32.eqz
                  br_if 3 (;@3;)
                  br 4 (;@2;)
                end
                i32.const 0
                local.set 5
                local.get 3
                i32.const 2
                local.get 4
                i32.shl
                local.tee 0
                i32.const 0
                local.get 0
                i32.sub
                i32.or
                i32.and
                local.tee 0
                i32.eqz
                br_if 2 (;@3;)
                local.get 0
                i32.ctz
                i32.const 2
                i32.shl
                i32.const 71744
                i32.add
                i32.load
                local.tee 0
                i32.eqz
                br_if 2 (;@3;)
              end
              loop ;; label = @5
                local.get 0
                i32.load offset=4
                i32.const -8
                i32.and
                local.tee 7
                local.get 2
                i32.sub
                local.tee 6
                local.get 1
                local.get 6
                local.get 1
                i32.lt_u
                local.tee 8
                select
                local.set 4
                local.get 7
                local.get 2
                i32.lt_u
                local.set 6
                local.get 0
                local.get 5
                local.get 8
                select
                local.set 8
                block ;; label = @6
                  local.get 0
                  i32.load offset=16
                  local.tee 7
                  br_if 0 (;@6;)
                  local.get 0
                  i32.load offset=20
                  local.set 7
                end
                local.get 1
                local.get 4
                local.get 6
                select
                local.set 1
                local.get 5
                local.get 8
                local.get 6
                select
                local.set 5
                local.get 7
                local.set 0
                local.get 7
                br_if 0 (;@5;)
              end
              local.get 5
              i32.eqz
              br_if 1 (;@3;)
            end
            block ;; label = @4
              i32.const 0
              i32.load offset=72160
              local.tee 0
              local.get 2
              i32.lt_u
              br_if 0 (;@4;)
              local.get 1
              local.get 0
              local.get 2
              i32.sub
              i32.ge_u
              br_if 1 (;@3;)
            end
            local.get 5
            call 149
            block ;; label = @4
              block ;; label = @5
                local.get 1
                i32.const 16
                i32.lt_u
                br_if 0 (;@5;)
                local.get 5
                local.get 2
                i32.const 3
                i32.or
                i32.store offset=4
                local.get 5
                local.get 2
                i32.add
                local.tee 0
                local.get 1
                i32.const 1
                i32.or
                i32.store offset=4
                local.get 0
                local.get 1
                i32.add
                local.get 1
                i32.store
                local.get 0
                local.get 1
                call 150
                br 1 (;@4;)
              end
              local.get 5
              local.get 1
              local.get 2
              i32.add
              local.tee 0
              i32.const 3
              i32.or
              i32.store offset=4
              local.get 5
              local.get 0
              i32.add
              local.tee 0
              local.get 0
              i32.load offset=4
              i32.const 1
              i32.or
              i32.store offset=4
            end
            local.get 5
            i32.const 8
            i32.add
            local.tee 0
            br_if 1 (;@2;)
          end
          block ;; label = @3
            block ;; label = @4
              block ;; label = @5
                block ;; label = @6
                  block ;; label = @7
                    block ;; label = @8
                      block ;; label = @9
                        block ;; label = @10
                          block ;; label = @11
                            i32.const 0
                            i32.load offset=72160
                            local.tee 0
                            local.get 2
                            i32.ge_u
                            br_if 0 (;@11;)
                            block ;; label = @12
                              i32.const 0
                              i32.load offset=72164
                              local.tee 0
                              local.get 2
                              i32.gt_u
                              br_if 0 (;@12;)
                              local.get 2
                              i32.const 65583
                              i32.add
                              local.tee 7
                              i32.const 16
                              i32.shr_u
                              memory.grow
                              local.tee 1
                              i32.const -1
                              i32.eq
                              br_if 11 (;@1;)
                              i32.const 0
                              local.set 0
                              local.get 1
                              i32.const 16
                              i32.shl
                              local.tee 5
                              i32.eqz
                              br_if 10 (;@2;)
                              i32.const 0
                              i32.const 0
                              i32.load offset=72176
                              local.get 7
                              i32.const -65536
                              i32.and
                              local.tee 0
                              i32.const -16
                              i32.add
                              local.get 0
                              local.get 5
                              i32.const 0
                              local.get 0
                              i32.sub
                              i32.eq
                              select
                              local.tee 8
                              i32.add
                              local.tee 0
                              i32.store offset=72176
                              i32.const 0
                              local.get 0
                              i32.const 0
                              i32.load offset=72180
                              local.tee 1
                              local.get 0
                              local.get 1
                              i32.gt_u
                              select
                              i32.store offset=72180
                              block ;; label = @13
                                block ;; label = @14
                                  block ;; label = @15
                                    block ;; label = @16
                                      i32.const 0
                                      i32.load offset=72172
                                      local.tee 1
                                      i32.eqz
                                      br_if 0 (;@16;)
                                      i32.const 71872
                                      local.set 0
                                      loop ;; label = @17
                                        local.get 0
                                        i32.load
                                        local.tee 7
                                        local.get 0
                                        i32.const 4
                                        i32.add
                                        i32.load
                                        local.tee 6
                                        i32.add
                                        local.get 5
                                        i32.eq
                                        br_if 2 (;@15;)
                                        local.get 0
                                        i32.load offset=8
                                        local.tee 0
                                        br_if 0 (;@17;)
                                        br 3 (;@14;)
                                      end
                                    end
                                    i32.const 0
                                    i32.load offset=72188
                                    local.tee 0
                                    i32.eqz
                                    br_if 2 (;@13;)
                                    local.get 0
                                    local.get 5
                                    i32.gt_u
                                    br_if 2 (;@13;)
                                    br 11 (;@4;)
                                  end
                                  local.get 0
                                  i32.load offset=12
                                  br_if 0 (;@14;)
                                  local.get 7
                                  local.get 1
                                  i32.gt_u
                                  br_if 0 (;@14;)
                                  local.get 1
                                  local.get 5
                                  i32.lt_u
                                  br_if 4 (;@10;)
                                end
                                i32.const 0
                                i32.const 0
                                i32.load offset=72188
                                local.tee 0
                                local.get 5
                                local.get 0
                                local.get 5
                                i32.lt_u
                                select
                                i32.store offset=72188
                                local.get 5
                                local.get 8
                                i32.add
                                local.set 7
                                i32.const 71872
                                local.set 0
                                block ;; label = @14
                                  block ;; label = @15
                                    block ;; label = @16
                                      block ;; label = @17
                                        loop ;; label = @18
                                          local.get 0
                                          i32.load
                                          local.tee 6
                                          local.get 7
                                          i32.eq
                                          br_if 1 (;@17;)
                                          local.get 0
                                          i32.load offset=8
                                          local.tee 0
                                          br_if 0 (;@18;)
                                          br 2 (;@16;)
                                        end
                                      end
                                      local.get 0
                                      i32.load offset=12
                                      i32.eqz
                                      br_if 1 (;@15;)
                                    end
                                    i32.const 71872
                                    local.set 0
                                    loop ;; label = @16
                                      block ;; label = @17
                                        local.get 0
                                        i32.load
                                        local.tee 7
                                        local.get 1
                                        i32.gt_u
                                        br_if 0 (;@17;)
                                        local.get 1
                                        local.get 7
                                        local.get 0
                                        i32.const 4
                                        i32.add
                                        i32.load
                                        i32.add
                                        local.tee 7
                                        i32.lt_u
                                        br_if 3 (;@14;)
                                      end
                                      local.get 0
                                      i32.load offset=8
                                      local.set 0
                                      br 0 (;@16;)
                                    end
                                  end
                                  local.get 0
                                  local.get 5
                                  i32.store
                                  local.get 0
                                  local.get 0
                                  i32.load offset=4
                                  local.get 8
                                  i32.add
                                  i32.store offset=4
                                  local.get 5
                                  local.get 2
                                  i32.const 3
                                  i32.or
                                  i32.store offset=4
                                  local.get 6
                                  i32.const 15
                                  i32.add
                                  i32.const -8
                                  i32.and
                                  i32.const -8
                                  i32.add
                                  local.tee 0
                                  local.get 5
                                  local.get 2
                                  i32.add
                                  local.tee 2
                                  i32.sub
                                  local.set 1
                                  local.get 0
                                  i32.const 0
                                  i32.load offset=72172
                                  i32.eq
                                  br_if 5 (;@9;)
                                  local.get 0
                                  i32.const 0
                                  i32.load offset=72168
                                  i32.eq
                                  br_if 6 (;@8;)
                                  block ;; label = @15
                                    local.get 0
                                    i32.load offset=4
                                    local.tee 7
                                    i32.const 3
                                    i32.and
                                    i32.const 1
                                    i32.ne
                                    br_if 0 (;@15;)
                                    local.get 0
                                    local.get 7
                                    i32.const -8
                                    i32.and
                                    local.tee 7
                                    call 123
                                    local.get 7
                                    local.get 1
                                    i32.add
                                    local.set 1
                                    local.get 0
                                    local.get 7
                                    i32.add
                                    local.tee 0
                                    i32.load offset=4
                                    local.set 7
                                  end
                                  local.get 0
                                  local.get 7
                                  i32.const -2
                                  i32.and
                                  i32.store offset=4
                                  local.get 2
                                  local.get 1
                                  i32.const 1
                                  i32.or
                                  i32.store offset=4
                                  local.get 2
                                  local.get 1
                                  i32.add
                                  local.get 1
                                  i32.store
                                  local.get 2
                                  local.get 1
                                  call 150
                                  br 9 (;@5;)
                                end
                                i32.const 0
                                local.get 5
                                i32.store offset=72172
                                i32.const 0
                                local.get 8
                                i32.const -40
                                i32.add
                                local.tee 0
                                i32.store offset=72164
                                local.get 5
                                local.get 0
                                i32.const 1
                                i32.or
                                i32.store offset=4
                                local.get 5
                                local.get 0
                                i32.add
                                i32.const 40
                                i32.store offset=4
                                i32.const 0
                                i32.const 2097152
                                i32.store offset=72184
                                local.get 1
                                local.get 7
                                i32.const -32
                                i32.add
                                i32.const -8
                                i32.and
                                i32.const -8
                                i32.add
                                local.tee 0
                                local.get 0
                                local.get 1
                                i32.const 16
                                i32.add
                                i32.lt_u
                                select
                                local.tee 6
                                i32.const 27
                                i32.store offset=4
                                i32.const 0
                                i64.load offset=71872 align=4
                                local.set 9
                                local.get 6
                                i32.const 16
                                i32.add
                                i32.const 0
                                i64.load offset=71880 align=4
                                i64.store align=4
                                local.get 6
                                i32.const 8
                                i32.add
                                local.tee 0
                                local.get 9
                                i64.store align=4
                                i32.const 0
                                local.get 8
                                i32.store offset=71876
                                i32.const 0
                                local.get 5
                                i32.store offset=71872
                                i32.const 0
                                local.get 0
                                i32.store offset=71880
                                i32.const 0
                                i32.const 0
                                i32.store offset=71884
                                local.get 6
                                i32.const 28
                                i32.add
                                local.set 0
                                loop ;; label = @14
                                  local.get 0
                                  i32.const 7
                                  i32.store
                                  local.get 0
                                  i32.const 4
                                  i32.add
                                  local.tee 0
                                  local.get 7
                                  i32.lt_u
                                  br_if 0 (;@14;)
                                end
                                local.get 6
                                local.get 1
                                i32.eq
                                br_if 10 (;@3;)
                                local.get 6
                                local.get 6
                                i32.load offset=4
                                i32.const -2
                                i32.and
                                i32.store offset=4
                                local.get 1
                                local.get 6
                                local.get 1
                                i32.sub
                                local.tee 0
                                i32.const 1
                                i32.or
                                i32.store offset=4
                                local.get 6
                                local.get 0
                                i32.store
                                local.get 1
                                local.get 0
                                call 150
                                br 10 (;@3;)
                              end
                              i32.const 0
                              local.get 5
                              i32.store offset=72188
                              br 8 (;@4;)
                            end
                            i32.const 0
                            local.get 0
                            local.get 2
                            i32.sub
                            local.tee 1
                            i32.store offset=72164
                            i32.const 0
                            i32.const 0
                            i32.load offset=72172
                            local.tee 0
                            local.get 2
                            i32.add
                            local.tee 7
                            i32.store offset=72172
                            local.get 7
                            local.get 1
                            i32.const 1
                            i32.or
                            i32.store offset=4
                            local.get 0
                            local.get 2
                            i32.const 3
                            i32.or
                            i32.store offset=4
                            local.get 0
                            i32.const 8
                            i32.add
                            local.set 0
                            br 9 (;@2;)
                          end
                          i32.const 0
                          i32.load offset=72168
                          local.set 1
                          local.get 0
                          local.get 2
                          i32.sub
                          local.tee 7
                          i32.const 16
                          i32.lt_u
                          br_if 3 (;@7;)
                          i32.const 0
                          local.get 7
                          i32.store offset=72160
                          i32.const 0
                          local.get 1
                          local.get 2
                          i32.add
                          local.tee 5
                          i32.store offset=72168
                          local.get 5
                          local.get 7
                          i32.const 1
                          i32.or
                          i32.store offset=4
                          local.get 1
                          local.get 0
                          i32.add
                          local.get 7
                          i32.store
                          local.get 1
                          local.get 2
                          i32.const 3
                          i32.or
                          i32.store offset=4
                          br 4 (;@6;)
                        end
                        local.get 0
                        i32.const 4
                        i32.add
                        local.get 6
                        local.get 8
                        i32.add
                        i32.store
                        i32.const 0
                        i32.const 0
                        i32.load offset=72172
                        local.tee 0
                        i32.const 15
                        i32.add
                        i32.const -8
                        i32.and
                        local.tee 1
                        i32.const -8
                        i32.add
                        local.tee 7
                        i32.store offset=72172
                        i32.const 0
                        local.get 0
                        local.get 1
                        i32.sub
                        i32.const 0
                        i32.load offset=72164
                        local.get 8
                        i32.add
                        local.tee 1
                        i32.add
                        i32.const 8
                        i32.add
                        local.tee 5
                        i32.store offset=72164
                        local.get 7
                        local.get 5
                        i32.const 1
                        i32.or
                        i32.store offset=4
                        local.get 0
                        local.get 1
                        i32.add
                        i32.const 40
                        i32.store offset=4
                        i32.const 0
                        i32.const 2097152
                        i32.store offset=72184
                        br 6 (;@3;)
                      end
                      i32.const 0
                      local.get 2
                      i32.store offset=72172
                      i32.const 0
                      i32.const 0
                      i32.load offset=72164
                      local.get 1
                      i32.add
                      local.tee 0
                      i32.store offset=72164
                      local.get 2
                      local.get 0
                      i32.const 1
                      i32.or
                      i32.store offset=4
                      br 3 (;@5;)
                    end
                    i32.const 0
                    local.get 2
                    i32.store offset=72168
                    i32.const 0
                    i32.const 0
                    i32.load offset=72160
                    local.get 1
                    i32.add
                    local.tee 0
                    i32.store offset=72160
                    local.get 2
                    local.get 0
                    i32.const 1
                    i32.or
                    i32.store offset=4
                    local.get 2
                    local.get 0
                    i32.add
                    local.get 0
                    i32.store
                    br 2 (;@5;)
                  end
                  i32.const 0
                  i32.const 0
                  i32.store offset=72168
                  i32.const 0
                  i32.const 0
                  i32.store offset=72160
                  local.get 1
                  local.get 0
                  i32.const 3
                  i32.or
                  i32.store offset=4
                  local.get 1
                  local.get 0
                  i32.add
                  local.tee 0
                  local.get 0
                  i32.load offset=4
                  i32.const 1
                  i32.or
                  i32.store offset=4
                end
                local.get 1
                i32.const 8
                i32.add
                return
              end
              local.get 5
              i32.const 8
              i32.add
              return
            end
            i32.const 0
            local.set 0
            i32.const 0
            i32.const 4095
            i32.store offset=72192
            i32.const 0
            local.get 8
            i32.store offset=71876
            i32.const 0
            local.get 5
            i32.store offset=71872
            i32.const 0
            i32.const 0
            i32.store offset=71884
            loop ;; label = @4
              local.get 0
              i32.const 71896
              i32.add
              local.get 0
              i32.const 71888
              i32.add
              local.tee 1
              i32.store
              local.get 0
              i32.const 71900
              i32.add
              local.get 1
              i32.store
              local.get 0
              i32.const 8
              i32.add
              local.tee 0
              i32.const 256
              i32.ne
              br_if 0 (;@4;)
            end
            i32.const 0
            local.get 5
            i32.store offset=72172
            i32.const 0
            local.get 8
            i32.const -40
            i32.add
            local.tee 0
            i32.store offset=72164
            local.get 5
            local.get 0
            i32.const 1
            i32.or
            i32.store offset=4
            local.get 5
            local.get 0
            i32.add
            i32.const 40
            i32.store offset=4
            i32.const 0
            i32.const 2097152
            i32.store offset=72184
          end
          i32.const 0
          local.set 0
          i32.const 0
          i32.load offset=72164
          local.tee 1
          local.get 2
          i32.le_u
          br_if 0 (;@2;)
          i32.const 0
          local.get 1
          local.get 2
          i32.sub
          local.tee 1
          i32.store offset=72164
          i32.const 0
          i32.const 0
          i32.load offset=72172
          local.tee 0
          local.get 2
          i32.add
          local.tee 7
          i32.store offset=72172
          local.get 7
          local.get 1
          i32.const 1
          i32.or
          i32.store offset=4
          local.get 0
          local.get 2
          i32.const 3
          i32.or
          i32.store offset=4
          local.get 0
          i32.const 8
          i32.add
          return
        end
        local.get 0
        return
      end
      i32.const 0
    )
    (func (;16;) (type 2) (param i32 i32)
      block ;; label = @1
        local.get 0
        i32.eqz
        br_if 0 (;@1;)
        local.get 0
        local.get 1
        call 22
        unreachable
      end
      call 73
      unreachable
    )
    (func (;17;) (type 3) (param i32 i32 i32)
      (local i32)
      i32.const 66761
      local.set 3
      block ;; label = @1
        block ;; label = @2
          local.get 2
          i32.eqz
          br_if 0 (;@2;)
          local.get 2
          i32.const 36
          i32.mul
          local.set 2
          block ;; label = @3
            loop ;; label = @4
              block ;; label = @5
                local.get 1
                i32.const 8
                i32.add
                i32.load
                i32.const 4
                i32.ne
                br_if 0 (;@5;)
                local.get 1
                i32.const 4
                i32.add
                i32.load
                i32.load align=1
                i32.const 1684957547
                i32.eq
                br_if 2 (;@3;)
              end
              local.get 1
              i32.const 36
              i32.add
              local.set 1
              local.get 2
              i32.const -36
              i32.add
              local.tee 2
              i32.eqz
              br_if 2 (;@2;)
              br 0 (;@4;)
            end
          end
          local.get 1
          i32.load offset=20
          local.set 2
          local.get 1
          i32.load offset=16
          local.set 3
          br 1 (;@1;)
        end
        i32.const 4
        local.set 2
      end
      local.get 0
      local.get 2
      i32.store offset=4
      local.get 0
      local.get 3
      i32.store
    )
    (func (;18;) (type 3) (param i32 i32 i32)
      (local i32)
      block ;; label = @1
        block ;; label = @2
          block ;; label = @3
            local.get 2
            br_if 0 (;@3;)
            i32.const 0
            local.set 1
            i32.const 1
            local.set 3
            br 1 (;@2;)
          end
          local.get 2
          call 15
          local.tee 3
          i32.eqz
          br_if 1 (;@1;)
          block ;; label = @3
            local.get 2
            i32.eqz
            br_if 0 (;@3;)
            local.get 3
            local.get 1
            local.get 2
            memory.copy
          end
          local.get 2
          local.set 1
        end
        local.get 0
        local.get 2
        i32.store offset=8
        local.get 0
        local.get 3
        i32.store offset=4
        local.get 0
        local.get 1
        i32.store
        return
      end
      i32.const 1
      local.get 2
      call 16
      unreachable
    )
    (func (;19;) (type 1) (param i32 i32) (result i32)
      (local i32 i32)
      global.get 0
      i32.const 16
      i32.sub
      local.tee 2
      global.set 0
      local.get 0
      i32.load
      local.set 0
      local.get 1
      i32.load
      i32.const 70696
      i32.const 5
      local.get 1
      i32.load offset=4
      i32.load offset=12
      call_indirect (type 0)
      local.set 3
      local.get 2
      i32.const 0
      i32.store8 offset=13
      local.get 2
      local.get 3
      i32.store8 offset=12
      local.get 2
      local.get 1
      i32.store offset=8
      local.get 2
      i32.const 8
      i32.add
      i32.const 70701
      i32.const 7
      local.get 0
      i32.const 88
      i32.add
      i32.const 8
      call 33
      i32.const 70708
      i32.const 6
      local.get 0
      i32.const 216
      i32.add
      i32.const 9
      call 33
      i32.const 70714
      i32.const 6
      local.get 0
      i32.const 10
      call 33
      i32.const 70720
      i32.const 7
      local.get 0
      i32.const 296
      i32.add
      i32.const 11
      call 33
      i32.const 70727
      i32.const 7
      local.get 0
      i32.const 308
      i32.add
      i32.const 12
      call 33
      i32.const 70734
      i32.const 13
      local.get 0
      i32.const 56
      i32.add
      i32.const 13
      call 33
      i32.const 70169
      i32.const 7
      local.get 0
      i32.const 332
      i32.add
      i32.const 14
      call 33
      i32.const 70747
      i32.const 8
      local.get 0
      i32.const 264
      i32.add
      i32.const 15
      call 33
      i32.const 70755
      i32.const 6
      local.get 0
      i32.const 320
      i32.add
      i32.const 16
      call 33
      i32.const 70761
      i32.const 17
      local.get 0
      i32.const 72
      i32.add
      i32.const 13
      call 33
      call 42
      local.set 0
      local.get 2
      i32.const 16
      i32.add
      global.set 0
      local.get 0
    )
    (func (;20;) (type 1) (param i32 i32) (result i32)
      (local i32 i32 i32 i32)
      global.get 0
      i32.const 16
      i32.sub
      local.tee 2
      global.set 0
      local.get 0
      i32.load
      local.tee 3
      i32.load
      local.set 0
      local.get 3
      i32.load offset=4
      local.set 3
      i32.const 1
      local.set 4
      local.get 1
      i32.load
      i32.const 68279
      i32.const 1
      local.get 1
      i32.load offset=4
      i32.load offset=12
      call_indirect (type 0)
      local.set 5
      local.get 2
      i32.const 0
      i32.store8 offset=9
      local.get 2
      local.get 5
      i32.store8 offset=8
      local.get 2
      local.get 1
      i32.store offset=4
      block ;; label = @1
        block ;; label = @2
          block ;; label = @3
            local.get 3
            i32.eqz
            br_if 0 (;@3;)
            local.get 3
            i32.const 176
            i32.mul
            local.set 1
            loop ;; label = @4
              local.get 2
              local.get 0
              i32.store offset=12
              local.get 0
              i32.const 176
              i32.add
              local.set 0
              local.get 2
              i32.const 4
              i32.add
              local.get 2
              i32.const 12
              i32.add
              i32.const 17
              call 52
              local.set 3
              local.get 1
              i32.const -176
              i32.add
              local.tee 1
              br_if 0 (;@4;)
            end
            i32.const 1
            local.set 4
            local.get 2
            i32.load8_u offset=8
            br_if 2 (;@1;)
            local.get 3
            i32.load
            local.set 1
            br 1 (;@2;)
          end
          local.get 5
          br_if 1 (;@1;)
        end
        local.get 1
        i32.load
        i32.const 67912
        i32.const 1
        local.get 1
        i32.load offset=4
        i32.load offset=12
        call_indirect (type 0)
        local.set 4
      end
      local.get 2
      i32.const 16
      i32.add
      global.set 0
      local.get 4
    )
    (func (;21;) (type 3) (param i32 i32 i32)
      (local i32)
      global.get 0
      i32.const 16
      i32.sub
      local.tee 3
      global.set 0
      local.get 3
      local.get 1
      i32.store offset=12
      local.get 3
      local.get 0
      i32.store offset=8
      local.get 3
      i32.const 8
      i32.add
      local.get 2
      call 118
      unreachable
    )
    (func (;22;) (type 2) (param i32 i32)
      local.get 0
      local.get 1
      call 69
      unreachable
    )
    (func (;23;) (type 5) (param i32)
      (local i32)
      global.get 0
      i32.const 16
      i32.sub
      local.tee 1
      global.set 0
      local.get 1
      i32.const 8
      i32.add
      local.get 0
      local.get 0
      i32.load
      i32.const 1
      i32.const 4
      i32.const 12
      call 24
      block ;; label = @1
        local.get 1
        i32.load offset=8
        local.tee 0
        i32.const -2147483647
        i32.eq
        br_if 0 (;@1;)
        local.get 0
        local.get 1
        i32.load offset=12
        call 16
        unreachable
      end
      local.get 1
      i32.const 16
      i32.add
      global.set 0
    )
    (func (;24;) (type 9) (param i32 i32 i32 i32 i32 i32)
      (local i32 i32)
      global.get 0
      i32.const 16
      i32.sub
      local.tee 6
      global.set 0
      i32.const 0
      local.set 7
      block ;; label = @1
        local.get 3
        local.get 2
        i32.add
        local.tee 2
        local.get 3
        i32.lt_u
        br_if 0 (;@1;)
        local.get 6
        i32.const 4
        i32.add
        local.get 1
        i32.load
        local.tee 3
        local.get 1
        i32.load offset=4
        local.get 2
        local.get 3
        i32.const 1
        i32.shl
        local.tee 3
        local.get 2
        local.get 3
        i32.gt_u
        select
        local.tee 3
        i32.const 8
        i32.const 4
        local.get 5
        i32.const 1
        i32.eq
        select
        local.tee 2
        local.get 3
        local.get 2
        i32.gt_u
        select
        local.tee 3
        local.get 4
        local.get 5
        call 72
        local.get 6
        i32.load offset=8
        local.set 7
        block ;; label = @2
          local.get 6
          i32.load offset=4
          i32.eqz
          br_if 0 (;@2;)
          local.get 6
          i32.load offset=12
          local.set 2
          br 1 (;@1;)
        end
        local.get 1
        local.get 3
        i32.store
        local.get 1
        local.get 7
        i32.store offset=4
        i32.const -2147483647
        local.set 7
      end
      local.get 0
      local.get 2
      i32.store offset=4
      local.get 0
      local.get 7
      i32.store
      local.get 6
      i32.const 16
      i32.add
      global.set 0
    )
    (func (;25;) (type 5) (param i32)
      (local i32)
      global.get 0
      i32.const 16
      i32.sub
      local.tee 1
      global.set 0
      local.get 1
      i32.const 8
      i32.add
      local.get 0
      local.get 0
      i32.load
      i32.const 1
      i32.const 4
      i32.const 8
      call 24
      block ;; label = @1
        local.get 1
        i32.load offset=8
        local.tee 0
        i32.const -2147483647
        i32.eq
        br_if 0 (;@1;)
        local.get 0
        local.get 1
        i32.load offset=12
        call 16
        unreachable
      end
      local.get 1
      i32.const 16
      i32.add
      global.set 0
    )
    (func (;26;) (type 5) (param i32)
      (local i32)
      global.get 0
      i32.const 16
      i32.sub
      local.tee 1
      global.set 0
      local.get 1
      i32.const 8
      i32.add
      local.get 0
      local.get 0
      i32.load
      i32.const 1
      i32.const 8
      i32.const 80
      call 24
      block ;; label = @1
        local.get 1
        i32.load offset=8
        local.tee 0
        i32.const -2147483647
        i32.eq
        br_if 0 (;@1;)
        local.get 0
        local.get 1
        i32.load offset=12
        call 16
        unreachable
      end
      local.get 1
      i32.const 16
      i32.add
      global.set 0
    )
    (func (;27;) (type 5) (param i32)
      (local i32)
      global.get 0
      i32.const 16
      i32.sub
      local.tee 1
      global.set 0
      local.get 1
      i32.const 8
      i32.add
      local.get 0
      local.get 0
      i32.load
      i32.const 1
      i32.const 8
      i32.const 96
      call 24
      block ;; label = @1
        local.get 1
        i32.load offset=8
        local.tee 0
        i32.const -2147483647
        i32.eq
        br_if 0 (;@1;)
        local.get 0
        local.get 1
        i32.load offset=12
        call 16
        unreachable
      end
      local.get 1
      i32.const 16
      i32.add
      global.set 0
    )
    (func (;28;) (type 5) (param i32)
      (local i32)
      global.get 0
      i32.const 16
      i32.sub
      local.tee 1
      global.set 0
      local.get 1
      i32.const 8
      i32.add
      local.get 0
      local.get 0
      i32.load
      i32.const 1
      i32.const 8
      i32.const 176
      call 24
      block ;; label = @1
        local.get 1
        i32.load offset=8
        local.tee 0
        i32.const -2147483647
        i32.eq
        br_if 0 (;@1;)
        local.get 0
        local.get 1
        i32.load offset=12
        call 16
        unreachable
      end
      local.get 1
      i32.const 16
      i32.add
      global.set 0
    )
    (func (;29;) (type 5) (param i32)
      (local i32)
      global.get 0
      i32.const 16
      i32.sub
      local.tee 1
      global.set 0
      local.get 1
      i32.const 8
      i32.add
      local.get 0
      local.get 0
      i32.load
      i32.const 1
      i32.const 4
      i32.const 36
      call 24
      block ;; label = @1
        local.get 1
        i32.load offset=8
        local.tee 0
        i32.const -2147483647
        i32.eq
        br_if 0 (;@1;)
        local.get 0
        local.get 1
        i32.load offset=12
        call 16
        unreachable
      end
      local.get 1
      i32.const 16
      i32.add
      global.set 0
    )
    (func (;30;) (type 5) (param i32)
      (local i32)
      global.get 0
      i32.const 16
      i32.sub
      local.tee 1
      global.set 0
      local.get 1
      i32.const 8
      i32.add
      local.get 0
      local.get 0
      i32.load
      i32.const 1
      i32.const 4
      i32.const 80
      call 24
      block ;; label = @1
        local.get 1
        i32.load offset=8
        local.tee 0
        i32.const -2147483647
        i32.eq
        br_if 0 (;@1;)
        local.get 0
        local.get 1
        i32.load offset=12
        call 16
        unreachable
      end
      local.get 1
      i32.const 16
      i32.add
      global.set 0
    )
    (func (;31;) (type 0) (param i32 i32 i32) (result i32)
      (local i64)
      local.get 0
      i64.load
      local.set 3
      block ;; label = @1
        loop ;; label = @2
          local.get 2
          i32.eqz
          br_if 1 (;@1;)
          local.get 0
          local.get 3
          local.get 1
          i64.load8_u
          i64.xor
          i64.const 1099511628211
          i64.mul
          local.tee 3
          i64.store
          local.get 2
          i32.const -1
          i32.add
          local.set 2
          local.get 1
          i32.const 1
          i32.add
          local.set 1
          br 0 (;@2;)
        end
      end
      i32.const 0
    )
    (func (;32;) (type 1) (param i32 i32) (result i32)
      (local i32 i32)
      global.get 0
      i32.const 16
      i32.sub
      local.tee 2
      global.set 0
      local.get 1
      i32.load
      i32.const 70799
      i32.const 7
      local.get 1
      i32.load offset=4
      i32.load offset=12
      call_indirect (type 0)
      local.set 3
      local.get 2
      i32.const 0
      i32.store8 offset=13
      local.get 2
      local.get 3
      i32.store8 offset=12
      local.get 2
      local.get 1
      i32.store offset=8
      local.get 2
      i32.const 8
      i32.add
      i32.const 70056
      i32.const 2
      local.get 0
      i32.const 40
      i32.add
      i32.const 3
      call 33
      i32.const 70806
      i32.const 8
      local.get 0
      i32.const 52
      i32.add
      i32.const 3
      call 33
      i32.const 70814
      i32.const 15
      local.get 0
      i32.const 64
      i32.add
      i32.const 3
      call 33
      i32.const 70829
      i32.const 16
      local.get 0
      i32.const 112
      i32.add
      i32.const 18
      call 33
      i32.const 70778
      i32.const 13
      local.get 0
      i32.const 76
      i32.add
      i32.const 3
      call 33
      i32.const 70845
      i32.const 9
      local.get 0
      i32.const 126
      i32.add
      i32.const 19
      call 33
      i32.const 70621
      i32.const 5
      local.get 0
      i32.const 88
      i32.add
      i32.const 5
      call 33
      i32.const 70854
      i32.const 12
      local.get 0
      i32.const 116
      i32.add
      i32.const 20
      call 33
      i32.const 70866
      i32.const 18
      local.get 0
      i32.const 127
      i32.add
      i32.const 19
      call 33
      i32.const 70152
      i32.const 17
      local.get 0
      i32.const 21
      call 33
      i32.const 70884
      i32.const 11
      local.get 0
      i32.const 8
      i32.add
      i32.const 22
      call 33
      i32.const 70895
      i32.const 18
      local.get 0
      i32.const 124
      i32.add
      i32.const 23
      call 33
      i32.const 70913
      i32.const 7
      local.get 0
      i32.const 16
      i32.add
      i32.const 22
      call 33
      i32.const 70920
      i32.const 9
      local.get 0
      i32.const 24
      i32.add
      i32.const 22
      call 33
      i32.const 70929
      i32.const 4
      local.get 0
      i32.const 32
      i32.add
      i32.const 22
      call 33
      i32.const 70933
      i32.const 14
      local.get 0
      i32.const 120
      i32.add
      i32.const 20
      call 33
      i32.const 70947
      i32.const 10
      local.get 0
      i32.const 100
      i32.add
      i32.const 24
      call 33
      call 42
      local.set 0
      local.get 2
      i32.const 16
      i32.add
      global.set 0
      local.get 0
    )
    (func (;33;) (type 10) (param i32 i32 i32 i32 i32) (result i32)
      (local i32 i32 i32 i32)
      global.get 0
      i32.const 32
      i32.sub
      local.tee 5
      global.set 0
      i32.const 1
      local.set 6
      block ;; label = @1
        local.get 0
        i32.load8_u offset=4
        br_if 0 (;@1;)
        local.get 0
        i32.load8_u offset=5
        local.set 7
        block ;; label = @2
          local.get 0
          i32.load
          local.tee 8
          i32.load8_u offset=10
          i32.const 128
          i32.and
          br_if 0 (;@2;)
          i32.const 1
          local.set 6
          local.get 8
          i32.load
          i32.const 67894
          i32.const 67891
          local.get 7
          i32.const 1
          i32.and
          local.tee 7
          select
          i32.const 2
          i32.const 3
          local.get 7
          select
          local.get 8
          i32.load offset=4
          i32.load offset=12
          call_indirect (type 0)
          br_if 1 (;@1;)
          local.get 8
          i32.load
          local.get 1
          local.get 2
          local.get 8
          i32.load offset=4
          i32.load offset=12
          call_indirect (type 0)
          br_if 1 (;@1;)
          local.get 8
          i32.load
          i32.const 67896
          i32.const 2
          local.get 8
          i32.load offset=4
          i32.load offset=12
          call_indirect (type 0)
          br_if 1 (;@1;)
          local.get 3
          local.get 8
          local.get 4
          call_indirect (type 1)
          local.set 6
          br 1 (;@1;)
        end
        i32.const 1
        local.set 6
        block ;; label = @2
          local.get 7
          i32.const 1
          i32.and
          br_if 0 (;@2;)
          local.get 8
          i32.load
          i32.const 67898
          i32.const 3
          local.get 8
          i32.load offset=4
          i32.load offset=12
          call_indirect (type 0)
          br_if 1 (;@1;)
        end
        i32.const 1
        local.set 6
        local.get 5
        i32.const 1
        i32.store8 offset=15
        local.get 5
        i32.const 67916
        i32.store offset=20
        local.get 5
        local.get 8
        i64.load align=4
        i64.store align=4
        local.get 5
        local.get 8
        i64.load offset=8 align=4
        i64.store offset=24 align=4
        local.get 5
        local.get 5
        i32.const 15
        i32.add
        i32.store offset=8
        local.get 5
        local.get 5
        i32.store offset=16
        local.get 5
        local.get 1
        local.get 2
        call 82
        br_if 0 (;@1;)
        local.get 5
        i32.const 67896
        i32.const 2
        call 82
        br_if 0 (;@1;)
        block ;; label = @2
          local.get 3
          local.get 5
          i32.const 16
          i32.add
          local.get 4
          call_indirect (type 1)
          i32.eqz
          br_if 0 (;@2;)
          i32.const 1
          local.set 6
          br 1 (;@1;)
        end
        local.get 5
        i32.load offset=16
        i32.const 67901
        i32.const 2
        local.get 5
        i32.load offset=20
        i32.load offset=12
        call_indirect (type 0)
        local.set 6
      end
      local.get 0
      i32.const 1
      i32.store8 offset=5
      local.get 0
      local.get 6
      i32.store8 offset=4
      local.get 5
      i32.const 32
      i32.add
      global.set 0
      local.get 0
    )
    (func (;34;) (type 1) (param i32 i32) (result i32)
      (local i32 i32)
      global.get 0
      i32.const 16
      i32.sub
      local.tee 2
      global.set 0
      local.get 1
      i32.load
      i32.const 70123
      i32.const 6
      local.get 1
      i32.load offset=4
      i32.load offset=12
      call_indirect (type 0)
      local.set 3
      local.get 2
      i32.const 0
      i32.store8 offset=13
      local.get 2
      local.get 3
      i32.store8 offset=12
      local.get 2
      local.get 1
      i32.store offset=8
      local.get 2
      i32.const 8
      i32.add
      i32.const 70129
      i32.const 6
      local.get 0
      i32.const 3
      call 33
      i32.const 70135
      i32.const 3
      local.get 0
      i32.const 12
      i32.add
      i32.const 3
      call 33
      i32.const 70138
      i32.const 4
      local.get 0
      i32.const 24
      i32.add
      i32.const 3
      call 33
      i32.const 70142
      i32.const 4
      local.get 0
      i32.const 36
      i32.add
      i32.const 25
      call 33
      call 42
      local.set 0
      local.get 2
      i32.const 16
      i32.add
      global.set 0
      local.get 0
    )
    (func (;35;) (type 1) (param i32 i32) (result i32)
      (local i32 i32)
      global.get 0
      i32.const 16
      i32.sub
      local.tee 2
      global.set 0
      local.get 1
      i32.load
      i32.const 70176
      i32.const 6
      local.get 1
      i32.load offset=4
      i32.load offset=12
      call_indirect (type 0)
      local.set 3
      local.get 2
      i32.const 0
      i32.store8 offset=13
      local.get 2
      local.get 3
      i32.store8 offset=12
      local.get 2
      local.get 1
      i32.store offset=8
      local.get 2
      i32.const 8
      i32.add
      i32.const 70182
      i32.const 12
      local.get 0
      i32.const 36
      i32.add
      i32.const 20
      call 33
      i32.const 70194
      i32.const 15
      local.get 0
      i32.const 40
      i32.add
      i32.const 20
      call 33
      i32.const 70209
      i32.const 8
      local.get 0
      i32.const 16
      i32.add
      i32.const 22
      call 33
      i32.const 70217
      i32.const 15
      local.get 0
      i32.const 51
      i32.add
      i32.const 26
      call 33
      i32.const 70232
      i32.const 8
      local.get 0
      i32.const 13
      call 33
      i32.const 70240
      i32.const 17
      local.get 0
      i32.const 44
      i32.add
      i32.const 20
      call 33
      i32.const 70257
      i32.const 9
      local.get 0
      i32.const 48
      i32.add
      i32.const 19
      call 33
      i32.const 70266
      i32.const 7
      local.get 0
      i32.const 49
      i32.add
      i32.const 19
      call 33
      i32.const 70273
      i32.const 9
      local.get 0
      i32.const 50
      i32.add
      i32.const 19
      call 33
      i32.const 70282
      i32.const 17
      local.get 0
      i32.const 24
      i32.add
      i32.const 5
      call 33
      call 42
      local.set 0
      local.get 2
      i32.const 16
      i32.add
      global.set 0
      local.get 0
    )
    (func (;36;) (type 1) (param i32 i32) (result i32)
      (local i32 i32 i32 i32)
      global.get 0
      i32.const 16
      i32.sub
      local.tee 2
      global.set 0
      local.get 0
      i32.load offset=4
      local.set 3
      local.get 0
      i32.load offset=8
      local.set 0
      i32.const 1
      local.set 4
      local.get 1
      i32.load
      i32.const 68279
      i32.const 1
      local.get 1
      i32.load offset=4
      i32.load offset=12
      call_indirect (type 0)
      local.set 5
      local.get 2
      i32.const 0
      i32.store8 offset=9
      local.get 2
      local.get 5
      i32.store8 offset=8
      local.get 2
      local.get 1
      i32.store offset=4
      block ;; label = @1
        block ;; label = @2
          block ;; label = @3
            local.get 0
            i32.eqz
            br_if 0 (;@3;)
            local.get 0
            i32.const 96
            i32.mul
            local.set 1
            loop ;; label = @4
              local.get 2
              local.get 3
              i32.store offset=12
              local.get 3
              i32.const 96
              i32.add
              local.set 3
              local.get 2
              i32.const 4
              i32.add
              local.get 2
              i32.const 12
              i32.add
              i32.const 27
              call 52
              local.set 0
              local.get 1
              i32.const -96
              i32.add
              local.tee 1
              br_if 0 (;@4;)
            end
            i32.const 1
            local.set 4
            local.get 2
            i32.load8_u offset=8
            br_if 2 (;@1;)
            local.get 0
            i32.load
            local.set 1
            br 1 (;@2;)
          end
          local.get 5
          br_if 1 (;@1;)
        end
        local.get 1
        i32.load
        i32.const 67912
        i32.const 1
        local.get 1
        i32.load offset=4
        i32.load offset=12
        call_indirect (type 0)
        local.set 4
      end
      local.get 2
      i32.const 16
      i32.add
      global.set 0
      local.get 4
    )
    (func (;37;) (type 1) (param i32 i32) (result i32)
      (local i32 i32 i32 i32)
      global.get 0
      i32.const 16
      i32.sub
      local.tee 2
      global.set 0
      local.get 0
      i32.load offset=4
      local.set 3
      local.get 0
      i32.load offset=8
      local.set 0
      i32.const 1
      local.set 4
      local.get 1
      i32.load
      i32.const 68279
      i32.const 1
      local.get 1
      i32.load offset=4
      i32.load offset=12
      call_indirect (type 0)
      local.set 5
      local.get 2
      i32.const 0
      i32.store8 offset=9
      local.get 2
      local.get 5
      i32.store8 offset=8
      local.get 2
      local.get 1
      i32.store offset=4
      block ;; label = @1
        block ;; label = @2
          block ;; label = @3
            local.get 0
            i32.eqz
            br_if 0 (;@3;)
            local.get 0
            i32.const 80
            i32.mul
            local.set 1
            loop ;; label = @4
              local.get 2
              local.get 3
              i32.store offset=12
              local.get 3
              i32.const 80
              i32.add
              local.set 3
              local.get 2
              i32.const 4
              i32.add
              local.get 2
              i32.const 12
              i32.add
              i32.const 28
              call 52
              local.set 0
              local.get 1
              i32.const -80
              i32.add
              local.tee 1
              br_if 0 (;@4;)
            end
            i32.const 1
            local.set 4
            local.get 2
            i32.load8_u offset=8
            br_if 2 (;@1;)
            local.get 0
            i32.load
            local.set 1
            br 1 (;@2;)
          end
          local.get 5
          br_if 1 (;@1;)
        end
        local.get 1
        i32.load
        i32.const 67912
        i32.const 1
        local.get 1
        i32.load offset=4
        i32.load offset=12
        call_indirect (type 0)
        local.set 4
      end
      local.get 2
      i32.const 16
      i32.add
      global.set 0
      local.get 4
    )
    (func (;38;) (type 1) (param i32 i32) (result i32)
      (local i32)
      global.get 0
      i32.const 16
      i32.sub
      local.tee 2
      global.set 0
      block ;; label = @1
        block ;; label = @2
          local.get 0
          i64.load
          i64.const 1
          i64.ne
          br_if 0 (;@2;)
          local.get 2
          local.get 0
          i32.const 8
          i32.add
          i32.store offset=12
          local.get 1
          local.get 2
          i32.const 12
          i32.add
          i32.const 29
          call 106
          local.set 0
          br 1 (;@1;)
        end
        local.get 1
        i32.load
        i32.const 70791
        i32.const 4
        local.get 1
        i32.load offset=4
        i32.load offset=12
        call_indirect (type 0)
        local.set 0
      end
      local.get 2
      i32.const 16
      i32.add
      global.set 0
      local.get 0
    )
    (func (;39;) (type 1) (param i32 i32) (result i32)
      (local i32)
      global.get 0
      i32.const 16
      i32.sub
      local.tee 2
      global.set 0
      block ;; label = @1
        block ;; label = @2
          local.get 0
          i32.load
          i32.const -2147483648
          i32.eq
          br_if 0 (;@2;)
          local.get 2
          local.get 0
          i32.store offset=12
          local.get 1
          local.get 2
          i32.const 12
          i32.add
          i32.const 30
          call 106
          local.set 0
          br 1 (;@1;)
        end
        local.get 1
        i32.load
        i32.const 70791
        i32.const 4
        local.get 1
        i32.load offset=4
        i32.load offset=12
        call_indirect (type 0)
        local.set 0
      end
      local.get 2
      i32.const 16
      i32.add
      global.set 0
      local.get 0
    )
    (func (;40;) (type 1) (param i32 i32) (result i32)
      (local i32)
      global.get 0
      i32.const 16
      i32.sub
      local.tee 2
      global.set 0
      block ;; label = @1
        block ;; label = @2
          local.get 0
          i32.load offset=8
          i32.const -2147483648
          i32.eq
          br_if 0 (;@2;)
          local.get 2
          local.get 0
          i32.store offset=12
          local.get 1
          local.get 2
          i32.const 12
          i32.add
          i32.const 31
          call 106
          local.set 0
          br 1 (;@1;)
        end
        local.get 1
        i32.load
        i32.const 70791
        i32.const 4
        local.get 1
        i32.load offset=4
        i32.load offset=12
        call_indirect (type 0)
        local.set 0
      end
      local.get 2
      i32.const 16
      i32.add
      global.set 0
      local.get 0
    )
    (func (;41;) (type 1) (param i32 i32) (result i32)
      (local i32 i32 i32 i32)
      global.get 0
      i32.const 16
      i32.sub
      local.tee 2
      global.set 0
      local.get 0
      i32.load offset=4
      local.set 3
      local.get 0
      i32.load offset=8
      local.set 0
      i32.const 1
      local.set 4
      local.get 1
      i32.load
      i32.const 68279
      i32.const 1
      local.get 1
      i32.load offset=4
      i32.load offset=12
      call_indirect (type 0)
      local.set 5
      local.get 2
      i32.const 0
      i32.store8 offset=9
      local.get 2
      local.get 5
      i32.store8 offset=8
      local.get 2
      local.get 1
      i32.store offset=4
      block ;; label = @1
        block ;; label = @2
          block ;; label = @3
            local.get 0
            i32.eqz
            br_if 0 (;@3;)
            local.get 0
            i32.const 3
            i32.shl
            local.set 1
            loop ;; label = @4
              local.get 2
              local.get 3
              i32.store offset=12
              local.get 3
              i32.const 8
              i32.add
              local.set 3
              local.get 2
              i32.const 4
              i32.add
              local.get 2
              i32.const 12
              i32.add
              i32.const 32
              call 52
              local.set 0
              local.get 1
              i32.const -8
              i32.add
              local.tee 1
              br_if 0 (;@4;)
            end
            i32.const 1
            local.set 4
            local.get 2
            i32.load8_u offset=8
            br_if 2 (;@1;)
            local.get 0
            i32.load
            local.set 1
            br 1 (;@2;)
          end
          local.get 5
          br_if 1 (;@1;)
        end
        local.get 1
        i32.load
        i32.const 67912
        i32.const 1
        local.get 1
        i32.load offset=4
        i32.load offset=12
        call_indirect (type 0)
        local.set 4
      end
      local.get 2
      i32.const 16
      i32.add
      global.set 0
      local.get 4
    )
    (func (;42;) (type 8) (param i32) (result i32)
      (local i32 i32)
      local.get 0
      i32.load8_u offset=4
      local.tee 1
      local.set 2
      block ;; label = @1
        local.get 0
        i32.load8_u offset=5
        i32.eqz
        br_if 0 (;@1;)
        i32.const 1
        local.set 2
        block ;; label = @2
          local.get 1
          i32.const 1
          i32.and
          br_if 0 (;@2;)
          block ;; label = @3
            local.get 0
            i32.load
            local.tee 2
            i32.load8_u offset=10
            i32.const 128
            i32.and
            br_if 0 (;@3;)
            local.get 2
            i32.load
            i32.const 67908
            i32.const 2
            local.get 2
            i32.load offset=4
            i32.load offset=12
            call_indirect (type 0)
            local.set 2
            br 1 (;@2;)
          end
          local.get 2
          i32.load
          i32.const 67907
          i32.const 1
          local.get 2
          i32.load offset=4
          i32.load offset=12
          call_indirect (type 0)
          local.set 2
        end
        local.get 0
        local.get 2
        i32.store8 offset=4
      end
      local.get 2
      i32.const 1
      i32.and
    )
    (func (;43;) (type 1) (param i32 i32) (result i32)
      (local i32 i32)
      global.get 0
      i32.const 16
      i32.sub
      local.tee 2
      global.set 0
      local.get 0
      i32.load
      local.set 0
      local.get 1
      i32.load
      i32.const 71053
      i32.const 7
      local.get 1
      i32.load offset=4
      i32.load offset=12
      call_indirect (type 0)
      local.set 3
      local.get 2
      i32.const 0
      i32.store8 offset=13
      local.get 2
      local.get 3
      i32.store8 offset=12
      local.get 2
      local.get 1
      i32.store offset=8
      local.get 2
      i32.const 8
      i32.add
      i32.const 71060
      i32.const 6
      local.get 0
      i32.const 152
      i32.add
      i32.const 20
      call 33
      i32.const 70146
      i32.const 6
      local.get 0
      i32.const 168
      i32.add
      i32.const 33
      call 33
      i32.const 71066
      i32.const 7
      local.get 0
      i32.const 34
      call 33
      i32.const 71073
      i32.const 7
      local.get 0
      i32.const 104
      i32.add
      i32.const 22
      call 33
      i32.const 71080
      i32.const 8
      local.get 0
      i32.const 112
      i32.add
      i32.const 22
      call 33
      i32.const 70112
      i32.const 11
      local.get 0
      i32.const 88
      i32.add
      i32.const 13
      call 33
      i32.const 70854
      i32.const 12
      local.get 0
      i32.const 156
      i32.add
      i32.const 20
      call 33
      i32.const 71088
      i32.const 13
      local.get 0
      i32.const 160
      i32.add
      i32.const 20
      call 33
      i32.const 71101
      i32.const 16
      local.get 0
      i32.const 164
      i32.add
      i32.const 20
      call 33
      i32.const 71117
      i32.const 9
      local.get 0
      i32.const 170
      i32.add
      i32.const 19
      call 33
      i32.const 71126
      i32.const 7
      local.get 0
      i32.const 128
      i32.add
      i32.const 3
      call 33
      i32.const 71133
      i32.const 9
      local.get 0
      i32.const 140
      i32.add
      i32.const 5
      call 33
      i32.const 71142
      i32.const 4
      local.get 0
      i32.const 120
      i32.add
      i32.const 22
      call 33
      call 42
      local.set 0
      local.get 2
      i32.const 16
      i32.add
      global.set 0
      local.get 0
    )
    (func (;44;) (type 1) (param i32 i32) (result i32)
      (local i32)
      block ;; label = @1
        local.get 1
        i32.load offset=8
        local.tee 2
        i32.const 33554432
        i32.and
        br_if 0 (;@1;)
        local.get 0
        i32.load
        local.set 0
        block ;; label = @2
          local.get 2
          i32.const 67108864
          i32.and
          br_if 0 (;@2;)
          local.get 0
          local.get 1
          call 114
          return
        end
        local.get 0
        local.get 1
        call 108
        return
      end
      local.get 0
      i32.load
      local.get 1
      call 85
    )
    (func (;45;) (type 1) (param i32 i32) (result i32)
      (local i32)
      block ;; label = @1
        local.get 1
        i32.load offset=8
        local.tee 2
        i32.const 33554432
        i32.and
        br_if 0 (;@1;)
        local.get 0
        i32.load16_u
        local.set 0
        block ;; label = @2
          local.get 2
          i32.const 67108864
          i32.and
          br_if 0 (;@2;)
          local.get 0
          local.get 1
          call 121
          return
        end
        local.get 0
        local.get 1
        call 93
        return
      end
      local.get 0
      i32.load16_u
      local.get 1
      call 119
    )
    (func (;46;) (type 1) (param i32 i32) (result i32)
      (local i32 i32)
      global.get 0
      i32.const 16
      i32.sub
      local.tee 2
      global.set 0
      local.get 1
      i32.load
      i32.const 70983
      i32.const 7
      local.get 1
      i32.load offset=4
      i32.load offset=12
      call_indirect (type 0)
      local.set 3
      local.get 2
      i32.const 0
      i32.store8 offset=13
      local.get 2
      local.get 3
      i32.store8 offset=12
      local.get 2
      local.get 1
      i32.store offset=8
      local.get 2
      i32.const 8
      i32.add
      i32.const 70990
      i32.const 4
      local.get 0
      i32.const 16
      i32.add
      i32.const 3
      call 33
      i32.const 70994
      i32.const 5
      local.get 0
      i32.const 28
      i32.add
      i32.const 3
      call 33
      i32.const 70999
      i32.const 5
      local.get 0
      i32.const 40
      i32.add
      i32.const 3
      call 33
      i32.const 71004
      i32.const 9
      local.get 0
      i32.const 52
      i32.add
      i32.const 3
      call 33
      i32.const 71013
      i32.const 14
      local.get 0
      i32.const 80
      i32.add
      i32.const 19
      call 33
      i32.const 71027
      i32.const 15
      local.get 0
      i32.const 81
      i32.add
      i32.const 19
      call 33
      i32.const 70364
      i32.const 6
      local.get 0
      i32.const 76
      i32.add
      i32.const 18
      call 33
      i32.const 70370
      i32.const 4
      local.get 0
      i32.const 64
      i32.add
      i32.const 25
      call 33
      i32.const 71042
      i32.const 11
      local.get 0
      i32.const 13
      call 33
      call 42
      local.set 0
      local.get 2
      i32.const 16
      i32.add
      global.set 0
      local.get 0
    )
    (func (;47;) (type 1) (param i32 i32) (result i32)
      (local i32 i64)
      block ;; label = @1
        local.get 1
        i32.load offset=8
        local.tee 2
        i32.const 33554432
        i32.and
        br_if 0 (;@1;)
        local.get 0
        i64.load
        local.set 3
        block ;; label = @2
          local.get 2
          i32.const 67108864
          i32.and
          br_if 0 (;@2;)
          local.get 3
          local.get 1
          call 110
          return
        end
        local.get 3
        local.get 1
        call 111
        return
      end
      local.get 0
      local.get 1
      call 6
    )
    (func (;48;) (type 1) (param i32 i32) (result i32)
      local.get 1
      i32.const 69933
      i32.const 69928
      local.get 0
      i32.load8_u
      local.tee 0
      select
      i32.const 4
      i32.const 5
      local.get 0
      select
      call 104
    )
    (func (;49;) (type 1) (param i32 i32) (result i32)
      local.get 0
      i32.load offset=4
      local.get 0
      i32.load offset=8
      local.get 1
      i32.load
      local.get 1
      i32.load offset=4
      call 120
    )
    (func (;50;) (type 1) (param i32 i32) (result i32)
      (local i32 i32 i32 i32)
      global.get 0
      i32.const 16
      i32.sub
      local.tee 2
      global.set 0
      local.get 0
      i32.load offset=4
      local.set 3
      local.get 0
      i32.load offset=8
      local.set 0
      i32.const 1
      local.set 4
      local.get 1
      i32.load
      i32.const 68279
      i32.const 1
      local.get 1
      i32.load offset=4
      i32.load offset=12
      call_indirect (type 0)
      local.set 5
      local.get 2
      i32.const 0
      i32.store8 offset=9
      local.get 2
      local.get 5
      i32.store8 offset=8
      local.get 2
      local.get 1
      i32.store offset=4
      block ;; label = @1
        block ;; label = @2
          block ;; label = @3
            local.get 0
            i32.eqz
            br_if 0 (;@3;)
            local.get 0
            i32.const 12
            i32.mul
            local.set 1
            loop ;; label = @4
              local.get 2
              local.get 3
              i32.store offset=12
              local.get 3
              i32.const 12
              i32.add
              local.set 3
              local.get 2
              i32.const 4
              i32.add
              local.get 2
              i32.const 12
              i32.add
              i32.const 35
              call 52
              local.set 0
              local.get 1
              i32.const -12
              i32.add
              local.tee 1
              br_if 0 (;@4;)
            end
            i32.const 1
            local.set 4
            local.get 2
            i32.load8_u offset=8
            br_if 2 (;@1;)
            local.get 0
            i32.load
            local.set 1
            br 1 (;@2;)
          end
          local.get 5
          br_if 1 (;@1;)
        end
        local.get 1
        i32.load
        i32.const 67912
        i32.const 1
        local.get 1
        i32.load offset=4
        i32.load offset=12
        call_indirect (type 0)
        local.set 4
      end
      local.get 2
      i32.const 16
      i32.add
      global.set 0
      local.get 4
    )
    (func (;51;) (type 1) (param i32 i32) (result i32)
      (local i32 i32 i32 i32)
      global.get 0
      i32.const 16
      i32.sub
      local.tee 2
      global.set 0
      local.get 0
      i32.load offset=4
      local.set 3
      local.get 0
      i32.load offset=8
      local.set 0
      i32.const 1
      local.set 4
      local.get 1
      i32.load
      i32.const 68279
      i32.const 1
      local.get 1
      i32.load offset=4
      i32.load offset=12
      call_indirect (type 0)
      local.set 5
      local.get 2
      i32.const 0
      i32.store8 offset=9
      local.get 2
      local.get 5
      i32.store8 offset=8
      local.get 2
      local.get 1
      i32.store offset=4
      block ;; label = @1
        block ;; label = @2
          block ;; label = @3
            local.get 0
            i32.eqz
            br_if 0 (;@3;)
            local.get 0
            i32.const 80
            i32.mul
            local.set 1
            loop ;; label = @4
              local.get 2
              local.get 3
              i32.store offset=12
              local.get 3
              i32.const 80
              i32.add
              local.set 3
              local.get 2
              i32.const 4
              i32.add
              local.get 2
              i32.const 12
              i32.add
              i32.const 36
              call 52
              local.set 0
              local.get 1
              i32.const -80
              i32.add
              local.tee 1
              br_if 0 (;@4;)
            end
            i32.const 1
            local.set 4
            local.get 2
            i32.load8_u offset=8
            br_if 2 (;@1;)
            local.get 0
            i32.load
            local.set 1
            br 1 (;@2;)
          end
          local.get 5
          br_if 1 (;@1;)
        end
        local.get 1
        i32.load
        i32.const 67912
        i32.const 1
        local.get 1
        i32.load offset=4
        i32.load offset=12
        call_indirect (type 0)
        local.set 4
      end
      local.get 2
      i32.const 16
      i32.add
      global.set 0
      local.get 4
    )
    (func (;52;) (type 0) (param i32 i32 i32) (result i32)
      (local i32 i32 i32 i32)
      global.get 0
      i32.const 32
      i32.sub
      local.tee 3
      global.set 0
      i32.const 1
      local.set 4
      block ;; label = @1
        local.get 0
        i32.load8_u offset=4
        br_if 0 (;@1;)
        local.get 0
        i32.load8_u offset=5
        local.set 5
        block ;; label = @2
          block ;; label = @3
            local.get 0
            i32.load
            local.tee 6
            i32.load8_u offset=10
            i32.const 128
            i32.and
            br_if 0 (;@3;)
            i32.const 1
            local.set 4
            local.get 5
            i32.const 1
            i32.and
            i32.eqz
            br_if 1 (;@2;)
            local.get 6
            i32.load
            i32.const 67894
            i32.const 2
            local.get 6
            i32.load offset=4
            i32.load offset=12
            call_indirect (type 0)
            i32.eqz
            br_if 1 (;@2;)
            br 2 (;@1;)
          end
          i32.const 1
          local.set 4
          block ;; label = @3
            local.get 5
            i32.const 1
            i32.and
            br_if 0 (;@3;)
            local.get 6
            i32.load
            i32.const 67906
            i32.const 1
            local.get 6
            i32.load offset=4
            i32.load offset=12
            call_indirect (type 0)
            br_if 2 (;@1;)
          end
          i32.const 1
          local.set 4
          local.get 3
          i32.const 1
          i32.store8 offset=15
          local.get 3
          i32.const 67916
          i32.store offset=20
          local.get 3
          local.get 6
          i64.load align=4
          i64.store align=4
          local.get 3
          local.get 6
          i64.load offset=8 align=4
          i64.store offset=24 align=4
          local.get 3
          local.get 3
          i32.const 15
          i32.add
          i32.store offset=8
          local.get 3
          local.get 3
          i32.store offset=16
          local.get 1
          local.get 3
          i32.const 16
          i32.add
          local.get 2
          call_indirect (type 1)
          br_if 1 (;@1;)
          local.get 3
          i32.load offset=16
          i32.const 67901
          i32.const 2
          local.get 3
          i32.load offset=20
          i32.load offset=12
          call_indirect (type 0)
          local.set 4
          br 1 (;@1;)
        end
        local.get 1
        local.get 6
        local.get 2
        call_indirect (type 1)
        local.set 4
      end
      local.get 0
      i32.const 1
      i32.store8 offset=5
      local.get 0
      local.get 4
      i32.store8 offset=4
      local.get 3
      i32.const 32
      i32.add
      global.set 0
      local.get 0
    )
    (func (;53;) (type 1) (param i32 i32) (result i32)
      (local i32 i32 i32 i32)
      global.get 0
      i32.const 16
      i32.sub
      local.tee 2
      global.set 0
      local.get 2
      i32.const 0
      i32.store offset=12
      block ;; label = @1
        block ;; label = @2
          block ;; label = @3
            block ;; label = @4
              local.get 1
              i32.const 128
              i32.lt_u
              br_if 0 (;@4;)
              local.get 1
              i32.const 2048
              i32.lt_u
              br_if 1 (;@3;)
              local.get 1
              i32.const 12
              i32.shr_u
              local.set 3
              local.get 1
              i32.const 63
              i32.and
              i32.const -128
              i32.or
              local.set 4
              local.get 1
              i32.const 6
              i32.shr_u
              i32.const 63
              i32.and
              i32.const -128
              i32.or
              local.set 5
              local.get 1
              i32.const 65536
              i32.ge_u
              br_if 2 (;@2;)
              local.get 2
              local.get 4
              i32.store8 offset=14
              local.get 2
              local.get 5
              i32.store8 offset=13
              local.get 2
              local.get 3
              i32.const 224
              i32.or
              i32.store8 offset=12
              i32.const 3
              local.set 1
              br 3 (;@1;)
            end
            local.get 2
            local.get 1
            i32.store8 offset=12
            i32.const 1
            local.set 1
            br 2 (;@1;)
          end
          local.get 2
          local.get 1
          i32.const 63
          i32.and
          i32.const 128
          i32.or
          i32.store8 offset=13
          local.get 2
          local.get 1
          i32.const 6
          i32.shr_u
          i32.const 192
          i32.or
          i32.store8 offset=12
          i32.const 2
          local.set 1
          br 1 (;@1;)
        end
        local.get 2
        local.get 4
        i32.store8 offset=15
        local.get 2
        local.get 5
        i32.store8 offset=14
        local.get 2
        local.get 3
        i32.const 63
        i32.and
        i32.const 128
        i32.or
        i32.store8 offset=13
        local.get 2
        local.get 1
        i32.const 18
        i32.shr_u
        i32.const 240
        i32.or
        i32.store8 offset=12
        i32.const 4
        local.set 1
      end
      local.get 0
      local.get 2
      i32.const 12
      i32.add
      local.get 1
      call 31
      drop
      local.get 2
      i32.const 16
      i32.add
      global.set 0
      i32.const 0
    )
    (func (;54;) (type 0) (param i32 i32 i32) (result i32)
      local.get 0
      i32.const 66896
      local.get 1
      local.get 2
      call 5
    )
    (func (;55;) (type 5) (param i32)
      (local i32 i32 i32 i32 i32)
      block ;; label = @1
        local.get 0
        i32.load8_u
        i32.eqz
        br_if 0 (;@1;)
        local.get 0
        i32.load offset=8
        local.tee 1
        i32.eqz
        br_if 0 (;@1;)
        local.get 1
        local.set 2
        local.get 0
        i32.load offset=4
        local.tee 3
        local.set 0
        loop ;; label = @2
          block ;; label = @3
            local.get 0
            i32.const 4
            i32.add
            i32.load
            local.tee 4
            i32.eqz
            br_if 0 (;@3;)
            local.get 0
            i32.load
            local.tee 5
            i32.const -4
            i32.add
            i32.load
            local.get 4
            call 56
            local.get 5
            call 57
          end
          block ;; label = @3
            local.get 0
            i32.const 12
            i32.add
            i32.load
            local.tee 4
            i32.eqz
            br_if 0 (;@3;)
            local.get 0
            i32.const 8
            i32.add
            i32.load
            local.tee 5
            i32.const -4
            i32.add
            i32.load
            local.get 4
            call 56
            local.get 5
            call 57
          end
          local.get 0
          i32.const 16
          i32.add
          local.set 0
          local.get 2
          i32.const -1
          i32.add
          local.tee 2
          br_if 0 (;@2;)
        end
        local.get 1
        i32.const 4
        i32.shl
        local.tee 0
        i32.eqz
        br_if 0 (;@1;)
        local.get 3
        i32.const -4
        i32.add
        i32.load
        local.get 0
        call 56
        local.get 3
        call 57
      end
    )
    (func (;56;) (type 2) (param i32 i32)
      (local i32)
      block ;; label = @1
        block ;; label = @2
          local.get 0
          i32.const -8
          i32.and
          local.tee 2
          i32.const 4
          i32.const 8
          local.get 0
          i32.const 3
          i32.and
          local.tee 0
          select
          local.get 1
          i32.add
          i32.lt_u
          br_if 0 (;@2;)
          local.get 0
          i32.eqz
          br_if 1 (;@1;)
          local.get 2
          local.get 1
          i32.const 39
          i32.add
          i32.le_u
          br_if 1 (;@1;)
          i32.const 71324
          i32.const 46
          i32.const 71372
          call 100
          unreachable
        end
        i32.const 71260
        i32.const 46
        i32.const 71308
        call 100
        unreachable
      end
    )
    (func (;57;) (type 5) (param i32)
      (local i32 i32 i32 i32)
      local.get 0
      i32.const -8
      i32.add
      local.tee 1
      local.get 0
      i32.const -4
      i32.add
      i32.load
      local.tee 2
      i32.const -8
      i32.and
      local.tee 0
      i32.add
      local.set 3
      block ;; label = @1
        block ;; label = @2
          block ;; label = @3
            block ;; label = @4
              block ;; label = @5
                block ;; label = @6
                  local.get 2
                  i32.const 1
                  i32.and
                  br_if 0 (;@6;)
                  local.get 2
                  i32.const 2
                  i32.and
                  i32.eqz
                  br_if 1 (;@5;)
                  local.get 1
                  i32.load
                  local.tee 2
                  local.get 0
                  i32.add
                  local.set 0
                  block ;; label = @7
                    local.get 1
                    local.get 2
                    i32.sub
                    local.tee 1
                    i32.const 0
                    i32.load offset=72168
                    i32.ne
                    br_if 0 (;@7;)
                    local.get 3
                    i32.load offset=4
                    i32.const 3
                    i32.and
                    i32.const 3
                    i32.ne
                    br_if 1 (;@6;)
                    i32.const 0
                    local.get 0
                    i32.store offset=72160
                    local.get 3
                    local.get 3
                    i32.load offset=4
                    i32.const -2
                    i32.and
                    i32.store offset=4
                    local.get 1
                    local.get 0
                    i32.const 1
                    i32.or
                    i32.store offset=4
                    local.get 3
                    local.get 0
                    i32.store
                    return
                  end
                  local.get 1
                  local.get 2
                  call 123
                end
                block ;; label = @6
                  block ;; label = @7
                    block ;; label = @8
                      local.get 3
                      i32.load offset=4
                      local.tee 2
                      i32.const 2
                      i32.and
                      br_if 0 (;@8;)
                      local.get 3
                      i32.const 0
                      i32.load offset=72172
                      i32.eq
                      br_if 2 (;@6;)
                      local.get 3
                      i32.const 0
                      i32.load offset=72168
                      i32.eq
                      br_if 7 (;@1;)
                      local.get 3
                      local.get 2
                      i32.const -8
                      i32.and
                      local.tee 2
                      call 123
                      local.get 1
                      local.get 2
                      local.get 0
                      i32.add
                      local.tee 0
                      i32.const 1
                      i32.or
                      i32.store offset=4
                      local.get 1
                      local.get 0
                      i32.add
                      local.get 0
                      i32.store
                      local.get 1
                      i32.const 0
                      i32.load offset=72168
                      i32.ne
                      br_if 1 (;@7;)
                      i32.const 0
                      local.get 0
                      i32.store offset=72160
                      return
                    end
                    local.get 3
                    local.get 2
                    i32.const -2
                    i32.and
                    i32.store offset=4
                    local.get 1
                    local.get 0
                    i32.const 1
                    i32.or
                    i32.store offset=4
                    local.get 1
                    local.get 0
                    i32.add
                    local.get 0
                    i32.store
                  end
                  local.get 0
                  i32.const 256
                  i32.lt_u
                  br_if 2 (;@4;)
                  local.get 1
                  local.get 0
                  call 151
                  i32.const 0
                  i32.const 0
                  i32.load offset=72192
                  i32.const -1
                  i32.add
                  local.tee 1
                  i32.store offset=72192
                  local.get 1
                  br_if 1 (;@5;)
                  i32.const 0
                  i32.load offset=71880
                  local.tee 0
                  br_if 3 (;@3;)
                  i32.const 4095
                  local.set 1
                  br 4 (;@2;)
                end
                i32.const 0
                local.get 1
                i32.store offset=72172
                i32.const 0
                i32.const 0
                i32.load offset=72164
                local.get 0
                i32.add
                local.tee 0
                i32.store offset=72164
                local.get 1
                local.get 0
                i32.const 1
                i32.or
                i32.store offset=4
                block ;; label = @6
                  local.get 1
                  i32.const 0
                  i32.load offset=72168
                  i32.ne
                  br_if 0 (;@6;)
                  i32.const 0
                  i32.const 0
                  i32.store offset=72160
                  i32.const 0
                  i32.const 0
                  i32.store offset=72168
                end
                local.get 0
                i32.const 0
                i32.load offset=72184
                local.tee 2
                i32.le_u
                br_if 0 (;@5;)
                i32.const 0
                i32.load offset=72172
                local.tee 0
                i32.eqz
                br_if 0 (;@5;)
                block ;; label = @6
                  i32.const 0
                  i32.load offset=72164
                  local.tee 4
                  i32.const 41
                  i32.lt_u
                  br_if 0 (;@6;)
                  i32.const 71872
                  local.set 1
                  loop ;; label = @7
                    block ;; label = @8
                      local.get 1
                      i32.load
                      local.tee 3
                      local.get 0
                      i32.gt_u
                      br_if 0 (;@8;)
                      local.get 0
                      local.get 3
                      local.get 1
                      i32.const 4
                      i32.add
                      i32.load
                      i32.add
                      i32.lt_u
                      br_if 2 (;@6;)
                    end
                    local.get 1
                    i32.load offset=8
                    local.tee 1
                    br_if 0 (;@7;)
                  end
                end
                block ;; label = @6
                  block ;; label = @7
                    i32.const 0
                    i32.load offset=71880
                    local.tee 0
                    br_if 0 (;@7;)
                    i32.const 4095
                    local.set 1
                    br 1 (;@6;)
                  end
                  i32.const 0
                  local.set 1
                  loop ;; label = @7
                    local.get 1
                    i32.const 1
                    i32.add
                    local.set 1
                    local.get 0
                    i32.load offset=8
                    local.tee 0
                    br_if 0 (;@7;)
                  end
                  local.get 1
                  i32.const 4095
                  local.get 1
                  i32.const 4095
                  i32.gt_u
                  select
                  local.set 1
                end
                i32.const 0
                local.get 1
                i32.store offset=72192
                local.get 4
                local.get 2
                i32.le_u
                br_if 0 (;@5;)
                i32.const 0
                i32.const -1
                i32.store offset=72184
              end
              return
            end
            block ;; label = @4
              block ;; label = @5
                i32.const 0
                i32.load offset=72152
                local.tee 3
                i32.const 1
                local.get 0
                i32.const 3
                i32.shr_u
                i32.shl
                local.tee 2
                i32.and
                br_if 0 (;@5;)
                i32.const 0
                local.get 3
                local.get 2
                i32.or
                i32.store offset=72152
                local.get 0
                i32.const 248
                i32.and
                i32.const 71888
                i32.add
                local.tee 0
                local.set 3
                br 1 (;@4;)
              end
              local.get 0
              i32.const 248
              i32.and
              local.tee 0
              i32.const 71888
              i32.add
              local.set 3
              local.get 0
              i32.const 71896
              i32.add
              i32.load
              local.set 0
            end
            local.get 3
            local.get 1
            i32.store offset=8
            local.get 0
            local.get 1
            i32.store offset=12
            local.get 1
            local.get 3
            i32.store offset=12
            local.get 1
            local.get 0
            i32.store offset=8
            return
          end
          i32.const 0
          local.set 1
          loop ;; label = @3
            local.get 1
            i32.const 1
            i32.add
            local.set 1
            local.get 0
            i32.load offset=8
            local.tee 0
            br_if 0 (;@3;)
          end
          local.get 1
          i32.const 4095
          local.get 1
          i32.const 4095
          i32.gt_u
          select
          local.set 1
        end
        i32.const 0
        local.get 1
        i32.store offset=72192
        return
      end
      i32.const 0
      local.get 1
      i32.store offset=72168
      i32.const 0
      i32.const 0
      i32.load offset=72160
      local.get 0
      i32.add
      local.tee 0
      i32.store offset=72160
      local.get 1
      local.get 0
      i32.const 1
      i32.or
      i32.store offset=4
      local.get 1
      local.get 0
      i32.add
      local.get 0
      i32.store
    )
    (func (;58;) (type 5) (param i32)
      (local i32 i32 i32 i32 i32 i32)
      block ;; label = @1
        block ;; label = @2
          block ;; label = @3
            block ;; label = @4
              block ;; label = @5
                block ;; label = @6
                  block ;; label = @7
                    local.get 0
                    i32.load8_u
                    br_table 1 (;@6;) 2 (;@5;) 6 (;@1;) 6 (;@1;) 0 (;@7;)
                  end
                  local.get 0
                  i32.load8_u offset=8
                  i32.eqz
                  br_if 5 (;@1;)
                  i32.const 28
                  local.set 1
                  i32.const 24
                  local.set 2
                  i32.const 20
                  local.set 3
                  i32.const 16
                  local.set 4
                  br 3 (;@3;)
                end
                local.get 0
                i32.load8_u offset=100
                i32.eqz
                br_if 1 (;@4;)
                local.get 0
                i32.load offset=108
                local.tee 1
                i32.eqz
                br_if 1 (;@4;)
                local.get 0
                i32.load offset=104
                local.tee 2
                i32.const -4
                i32.add
                i32.load
                local.get 1
                call 56
                local.get 2
                call 57
                br 1 (;@4;)
              end
              block ;; label = @5
                local.get 0
                i32.load8_u offset=100
                i32.eqz
                br_if 0 (;@5;)
                local.get 0
                i32.load offset=108
                local.tee 1
                i32.eqz
                br_if 0 (;@5;)
                local.get 0
                i32.load offset=104
                local.tee 2
                i32.const -4
                i32.add
                i32.load
                local.get 1
                call 56
                local.get 2
                call 57
              end
              i32.const 132
              local.set 1
              i32.const 128
              local.set 2
              local.get 0
              i32.load8_u offset=112
              i32.eqz
              br_if 2 (;@2;)
              i32.const 120
              local.set 3
              i32.const 116
              local.set 4
              br 1 (;@3;)
            end
            local.get 0
            i32.load8_u offset=112
            i32.eqz
            br_if 2 (;@1;)
            i32.const 120
            local.set 1
            i32.const 116
            local.set 2
            br 1 (;@2;)
          end
          local.get 0
          local.get 3
          i32.add
          i32.load
          local.tee 3
          i32.eqz
          br_if 0 (;@2;)
          local.get 0
          local.get 4
          i32.add
          i32.load
          local.tee 4
          i32.const -4
          i32.add
          i32.load
          local.get 3
          call 56
          local.get 4
          call 57
        end
        local.get 0
        local.get 1
        i32.add
        i32.load
        local.tee 1
        i32.eqz
        br_if 0 (;@1;)
        local.get 0
        local.get 2
        i32.add
        i32.load
        local.tee 2
        i32.const -4
        i32.add
        i32.load
        local.get 1
        call 56
        local.get 2
        call 57
      end
      block ;; label = @1
        local.get 0
        i32.load offset=148
        local.tee 1
        i32.eqz
        br_if 0 (;@1;)
        local.get 0
        i32.load offset=144
        local.tee 2
        i32.const -4
        i32.add
        i32.load
        local.get 1
        call 56
        local.get 2
        call 57
      end
      block ;; label = @1
        local.get 0
        i32.load offset=156
        local.tee 1
        i32.eqz
        br_if 0 (;@1;)
        local.get 0
        i32.load offset=152
        local.tee 2
        i32.const -4
        i32.add
        i32.load
        local.get 1
        call 56
        local.get 2
        call 57
      end
      block ;; label = @1
        local.get 0
        i32.load offset=164
        local.tee 1
        i32.eqz
        br_if 0 (;@1;)
        local.get 0
        i32.load offset=160
        local.tee 2
        i32.const -4
        i32.add
        i32.load
        local.get 1
        call 56
        local.get 2
        call 57
      end
      block ;; label = @1
        local.get 0
        i32.load offset=172
        local.tee 5
        i32.eqz
        br_if 0 (;@1;)
        local.get 0
        i32.load offset=168
        local.tee 6
        i32.const 8
        i32.add
        local.set 1
        local.get 5
        local.set 2
        loop ;; label = @2
          block ;; label = @3
            local.get 1
            i32.load
            local.tee 3
            i32.eqz
            br_if 0 (;@3;)
            local.get 1
            i32.const -4
            i32.add
            i32.load
            local.tee 4
            i32.const -4
            i32.add
            i32.load
            local.get 3
            call 56
            local.get 4
            call 57
          end
          local.get 1
          i32.const 12
          i32.add
          local.set 1
          local.get 2
          i32.const -1
          i32.add
          local.tee 2
          br_if 0 (;@2;)
        end
        local.get 5
        i32.const 12
        i32.mul
        local.tee 1
        i32.eqz
        br_if 0 (;@1;)
        local.get 6
        i32.const -4
        i32.add
        i32.load
        local.get 1
        call 56
        local.get 6
        call 57
      end
      block ;; label = @1
        local.get 0
        i32.load offset=180
        local.tee 5
        i32.eqz
        br_if 0 (;@1;)
        local.get 5
        local.set 2
        local.get 0
        i32.load offset=176
        local.tee 0
        local.set 1
        loop ;; label = @2
          block ;; label = @3
            local.get 1
            i32.const 4
            i32.add
            i32.load
            local.tee 3
            i32.eqz
            br_if 0 (;@3;)
            local.get 1
            i32.load
            local.tee 4
            i32.const -4
            i32.add
            i32.load
            local.get 3
            call 56
            local.get 4
            call 57
          end
          block ;; label = @3
            local.get 1
            i32.const 12
            i32.add
            i32.load
            local.tee 3
            i32.eqz
            br_if 0 (;@3;)
            local.get 1
            i32.const 8
            i32.add
            i32.load
            local.tee 4
            i32.const -4
            i32.add
            i32.load
            local.get 3
            call 56
            local.get 4
            call 57
          end
          local.get 1
          i32.const 16
          i32.add
          local.set 1
          local.get 2
          i32.const -1
          i32.add
          local.tee 2
          br_if 0 (;@2;)
        end
        local.get 5
        i32.const 4
        i32.shl
        local.tee 1
        i32.eqz
        br_if 0 (;@1;)
        local.get 0
        i32.const -4
        i32.add
        i32.load
        local.get 1
        call 56
        local.get 0
        call 57
      end
    )
    (func (;59;) (type 5) (param i32)
      (local i32 i32 i32 i32 i32 i32)
      block ;; label = @1
        block ;; label = @2
          block ;; label = @3
            block ;; label = @4
              local.get 0
              i32.load8_u
              br_table 1 (;@3;) 3 (;@1;) 3 (;@1;) 0 (;@4;)
            end
            i32.const 24
            local.set 1
            i32.const 20
            local.set 2
            local.get 0
            i32.load offset=16
            local.tee 3
            i32.eqz
            br_if 1 (;@2;)
            local.get 0
            i32.load offset=12
            local.tee 4
            i32.const -4
            i32.add
            i32.load
            local.get 3
            call 56
            local.get 4
            call 57
            br 1 (;@2;)
          end
          block ;; label = @3
            local.get 0
            i32.load8_u offset=100
            i32.eqz
            br_if 0 (;@3;)
            local.get 0
            i32.load offset=108
            local.tee 1
            i32.eqz
            br_if 0 (;@3;)
            local.get 0
            i32.load offset=104
            local.tee 2
            i32.const -4
            i32.add
            i32.load
            local.get 1
            call 56
            local.get 2
            call 57
          end
          local.get 0
          i32.load8_u offset=112
          i32.eqz
          br_if 1 (;@1;)
          i32.const 120
          local.set 1
          i32.const 116
          local.set 2
        end
        local.get 0
        local.get 1
        i32.add
        i32.load
        local.tee 1
        i32.eqz
        br_if 0 (;@1;)
        local.get 0
        local.get 2
        i32.add
        i32.load
        local.tee 2
        i32.const -4
        i32.add
        i32.load
        local.get 1
        call 56
        local.get 2
        call 57
      end
      block ;; label = @1
        local.get 0
        i32.load8_u offset=128
        i32.eqz
        br_if 0 (;@1;)
        local.get 0
        i32.load offset=136
        local.tee 1
        i32.eqz
        br_if 0 (;@1;)
        local.get 0
        i32.load offset=132
        local.tee 2
        i32.const -4
        i32.add
        i32.load
        local.get 1
        call 56
        local.get 2
        call 57
      end
      block ;; label = @1
        local.get 0
        i32.load offset=144
        local.tee 1
        i32.eqz
        br_if 0 (;@1;)
        local.get 0
        i32.load offset=140
        local.tee 2
        i32.const -4
        i32.add
        i32.load
        local.get 1
        call 56
        local.get 2
        call 57
      end
      block ;; label = @1
        local.get 0
        i32.load offset=152
        local.tee 1
        i32.eqz
        br_if 0 (;@1;)
        local.get 0
        i32.load offset=148
        local.tee 2
        i32.const -4
        i32.add
        i32.load
        local.get 1
        call 56
        local.get 2
        call 57
      end
      block ;; label = @1
        local.get 0
        i32.load offset=160
        local.tee 5
        i32.eqz
        br_if 0 (;@1;)
        local.get 0
        i32.load offset=156
        local.tee 6
        i32.const 8
        i32.add
        local.set 1
        local.get 5
        local.set 2
        loop ;; label = @2
          block ;; label = @3
            local.get 1
            i32.load
            local.tee 3
            i32.eqz
            br_if 0 (;@3;)
            local.get 1
            i32.const -4
            i32.add
            i32.load
            local.tee 4
            i32.const -4
            i32.add
            i32.load
            local.get 3
            call 56
            local.get 4
            call 57
          end
          local.get 1
          i32.const 12
          i32.add
          local.set 1
          local.get 2
          i32.const -1
          i32.add
          local.tee 2
          br_if 0 (;@2;)
        end
        local.get 5
        i32.const 12
        i32.mul
        local.tee 1
        i32.eqz
        br_if 0 (;@1;)
        local.get 6
        i32.const -4
        i32.add
        i32.load
        local.get 1
        call 56
        local.get 6
        call 57
      end
      block ;; label = @1
        local.get 0
        i32.load offset=168
        local.tee 5
        i32.eqz
        br_if 0 (;@1;)
        local.get 5
        local.set 2
        local.get 0
        i32.load offset=164
        local.tee 0
        local.set 1
        loop ;; label = @2
          block ;; label = @3
            local.get 1
            i32.const 4
            i32.add
            i32.load
            local.tee 3
            i32.eqz
            br_if 0 (;@3;)
            local.get 1
            i32.load
            local.tee 4
            i32.const -4
            i32.add
            i32.load
            local.get 3
            call 56
            local.get 4
            call 57
          end
          block ;; label = @3
            local.get 1
            i32.const 12
            i32.add
            i32.load
            local.tee 3
            i32.eqz
            br_if 0 (;@3;)
            local.get 1
            i32.const 8
            i32.add
            i32.load
            local.tee 4
            i32.const -4
            i32.add
            i32.load
            local.get 3
            call 56
            local.get 4
            call 57
          end
          local.get 1
          i32.const 16
          i32.add
          local.set 1
          local.get 2
          i32.const -1
          i32.add
          local.tee 2
          br_if 0 (;@2;)
        end
        local.get 5
        i32.const 4
        i32.shl
        local.tee 1
        i32.eqz
        br_if 0 (;@1;)
        local.get 0
        i32.const -4
        i32.add
        i32.load
        local.get 1
        call 56
        local.get 0
        call 57
      end
    )
    (func (;60;) (type 11) (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)
      (local i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i64)
      global.get 0
      i32.const 192
      i32.sub
      local.tee 12
      global.set 0
      i32.const 0
      local.set 13
      block ;; label = @1
        i32.const 0
        i32.load8_u offset=72197
        br_if 0 (;@1;)
        call 1
        i32.const 0
        i32.const 1
        i32.store8 offset=72197
      end
      local.get 5
      i32.const 80
      i32.mul
      local.set 14
      block ;; label = @1
        block ;; label = @2
          local.get 5
          i32.const 26843545
          i32.gt_u
          br_if 0 (;@2;)
          block ;; label = @3
            local.get 14
            br_if 0 (;@3;)
            i32.const 4
            local.set 13
            i32.const 0
            local.set 15
            br 2 (;@1;)
          end
          local.get 5
          local.set 15
          local.get 14
          call 15
          local.tee 13
          br_if 1 (;@1;)
          i32.const 4
          local.set 13
        end
        local.get 13
        local.get 14
        call 16
        unreachable
      end
      local.get 12
      i32.const 0
      i32.store offset=36
      local.get 12
      local.get 13
      i32.store offset=32
      local.get 12
      local.get 15
      i32.store offset=28
      block ;; label = @1
        local.get 5
        i32.eqz
        br_if 0 (;@1;)
        i32.const 0
        local.set 16
        i32.const 0
        local.set 17
        loop ;; label = @2
          block ;; label = @3
            block ;; label = @4
              block ;; label = @5
                block ;; label = @6
                  local.get 4
                  local.get 17
                  i32.const 56
                  i32.mul
                  i32.add
                  local.tee 18
                  i32.load offset=44
                  local.tee 19
                  i32.const 178956970
                  i32.le_u
                  br_if 0 (;@6;)
                  local.get 20
                  local.set 14
                  br 1 (;@5;)
                end
                local.get 18
                i32.load offset=40
                local.set 21
                local.get 18
                i32.load offset=36
                local.set 22
                local.get 18
                i32.load8_u offset=32
                local.set 23
                local.get 18
                i32.load offset=28
                local.set 24
                local.get 18
                i32.load offset=24
                local.set 25
                local.get 18
                i32.load offset=20
                local.set 26
                local.get 18
                i32.load offset=16
                local.set 27
                local.get 18
                i32.load offset=12
                local.set 28
                local.get 18
                i32.load offset=8
                local.set 29
                local.get 18
                i32.load offset=4
                local.set 30
                local.get 18
                i32.load
                local.set 31
                block ;; label = @6
                  local.get 19
                  i32.const 12
                  i32.mul
                  local.tee 14
                  br_if 0 (;@6;)
                  i32.const 4
                  local.set 20
                  i32.const 0
                  local.set 14
                  br 3 (;@3;)
                end
                local.get 14
                call 15
                local.tee 20
                br_if 1 (;@4;)
                i32.const 4
                local.set 16
              end
              local.get 16
              local.get 14
              call 16
              unreachable
            end
            local.get 19
            local.set 14
          end
          local.get 12
          i32.const 0
          i32.store offset=88
          local.get 12
          local.get 20
          i32.store offset=84
          local.get 12
          local.get 14
          i32.store offset=80
          block ;; label = @3
            local.get 19
            i32.eqz
            br_if 0 (;@3;)
            i32.const 0
            local.set 14
            i32.const 8
            local.set 15
            local.get 21
            local.set 13
            local.get 20
            local.set 32
            loop ;; label = @4
              local.get 13
              i32.const 4
              i32.add
              i32.load
              local.set 33
              local.get 13
              i32.load
              local.set 34
              block ;; label = @5
                local.get 14
                local.get 12
                i32.load offset=80
                i32.ne
                br_if 0 (;@5;)
                local.get 12
                i32.const 80
                i32.add
                call 23
                local.get 12
                i32.load offset=84
                local.set 32
              end
              local.get 32
              local.get 15
              i32.add
              local.tee 35
              local.get 33
              i32.store
              local.get 35
              i32.const -4
              i32.add
              local.get 34
              i32.store
              local.get 35
              i32.const -8
              i32.add
              local.get 33
              i32.store
              local.get 12
              local.get 14
              i32.const 1
              i32.add
              local.tee 14
              i32.store offset=88
              local.get 15
              i32.const 12
              i32.add
              local.set 15
              local.get 13
              i32.const 8
              i32.add
              local.set 13
              local.get 19
              local.get 14
              i32.ne
              br_if 0 (;@4;)
            end
            local.get 21
            i32.const -4
            i32.add
            i32.load
            local.get 19
            i32.const 3
            i32.shl
            call 56
            local.get 21
            call 57
          end
          local.get 12
          local.get 12
          i64.load offset=80 align=4
          i64.store offset=40
          local.get 12
          local.get 12
          i32.load offset=88
          i32.store offset=48
          local.get 18
          i32.load offset=52
          local.set 13
          local.get 18
          i32.load offset=48
          local.set 33
          block ;; label = @3
            local.get 12
            i32.load offset=36
            local.tee 15
            local.get 12
            i32.load offset=28
            i32.ne
            br_if 0 (;@3;)
            local.get 12
            i32.const 28
            i32.add
            call 30
          end
          local.get 12
          i32.load offset=32
          local.get 15
          i32.const 80
          i32.mul
          i32.add
          local.tee 14
          local.get 24
          i32.store offset=44
          local.get 14
          local.get 25
          i32.store offset=40
          local.get 14
          local.get 24
          i32.store offset=36
          local.get 14
          local.get 26
          i32.store offset=32
          local.get 14
          local.get 27
          i32.store offset=28
          local.get 14
          local.get 26
          i32.store offset=24
          local.get 14
          local.get 28
          i32.store offset=20
          local.get 14
          local.get 29
          i32.store offset=16
          local.get 14
          local.get 28
          i32.store offset=12
          local.get 14
          local.get 30
          i32.store offset=8
          local.get 14
          local.get 31
          i32.store offset=4
          local.get 14
          local.get 30
          i32.store
          local.get 14
          local.get 12
          i64.load offset=40
          i64.store offset=48 align=4
          local.get 14
          local.get 12
          i32.load offset=48
          i32.store offset=56
          local.get 14
          local.get 23
          i32.store8 offset=76
          local.get 14
          local.get 22
          i32.store offset=72
          local.get 14
          local.get 13
          i32.store offset=68
          local.get 14
          local.get 33
          i32.store offset=64
          local.get 14
          local.get 13
          i32.store offset=60
          local.get 12
          local.get 15
          i32.const 1
          i32.add
          i32.store offset=36
          local.get 17
          i32.const 1
          i32.add
          local.tee 17
          local.get 5
          i32.ne
          br_if 0 (;@2;)
        end
        local.get 4
        i32.const -4
        i32.add
        i32.load
        local.get 5
        i32.const 56
        i32.mul
        call 56
        local.get 4
        call 57
      end
      local.get 7
      i32.const 12
      i32.mul
      local.set 14
      block ;; label = @1
        block ;; label = @2
          block ;; label = @3
            local.get 7
            i32.const 178956970
            i32.le_u
            br_if 0 (;@3;)
            i32.const 0
            local.set 12
            br 1 (;@2;)
          end
          block ;; label = @3
            local.get 14
            br_if 0 (;@3;)
            i32.const 4
            local.set 32
            i32.const 0
            local.set 13
            br 2 (;@1;)
          end
          local.get 7
          local.set 13
          local.get 14
          call 15
          local.tee 32
          br_if 1 (;@1;)
          i32.const 4
          local.set 12
        end
        local.get 12
        local.get 14
        call 16
        unreachable
      end
      local.get 12
      i32.const 0
      i32.store offset=64
      local.get 12
      local.get 32
      i32.store offset=60
      local.get 12
      local.get 13
      i32.store offset=56
      block ;; label = @1
        local.get 7
        i32.eqz
        br_if 0 (;@1;)
        i32.const 0
        local.set 14
        i32.const 8
        local.set 15
        local.get 6
        local.set 13
        loop ;; label = @2
          local.get 13
          i32.const 4
          i32.add
          i32.load
          local.set 33
          local.get 13
          i32.load
          local.set 34
          block ;; label = @3
            local.get 14
            local.get 12
            i32.load offset=56
            i32.ne
            br_if 0 (;@3;)
            local.get 12
            i32.const 56
            i32.add
            call 23
            local.get 12
            i32.load offset=60
            local.set 32
          end
          local.get 32
          local.get 15
          i32.add
          local.tee 35
          local.get 33
          i32.store
          local.get 35
          i32.const -4
          i32.add
          local.get 34
          i32.store
          local.get 35
          i32.const -8
          i32.add
          local.get 33
          i32.store
          local.get 12
          local.get 14
          i32.const 1
          i32.add
          local.tee 14
          i32.store offset=64
          local.get 15
          i32.const 12
          i32.add
          local.set 15
          local.get 13
          i32.const 8
          i32.add
          local.set 13
          local.get 7
          local.get 14
          i32.ne
          br_if 0 (;@2;)
        end
        local.get 6
        i32.const -4
        i32.add
        i32.load
        local.get 7
        i32.const 3
        i32.shl
        call 56
        local.get 6
        call 57
      end
      local.get 9
      i32.const 12
      i32.mul
      local.set 14
      block ;; label = @1
        block ;; label = @2
          block ;; label = @3
            local.get 9
            i32.const 178956970
            i32.le_u
            br_if 0 (;@3;)
            i32.const 0
            local.set 12
            br 1 (;@2;)
          end
          block ;; label = @3
            local.get 14
            br_if 0 (;@3;)
            i32.const 4
            local.set 32
            i32.const 0
            local.set 13
            br 2 (;@1;)
          end
          local.get 9
          local.set 13
          local.get 14
          call 15
          local.tee 32
          br_if 1 (;@1;)
          i32.const 4
          local.set 12
        end
        local.get 12
        local.get 14
        call 16
        unreachable
      end
      local.get 12
      i32.const 0
      i32.store offset=76
      local.get 12
      local.get 32
      i32.store offset=72
      local.get 12
      local.get 13
      i32.store offset=68
      block ;; label = @1
        local.get 9
        i32.eqz
        br_if 0 (;@1;)
        i32.const 0
        local.set 14
        i32.const 8
        local.set 15
        local.get 8
        local.set 13
        loop ;; label = @2
          local.get 13
          i32.const 4
          i32.add
          i32.load
          local.set 33
          local.get 13
          i32.load
          local.set 34
          block ;; label = @3
            local.get 14
            local.get 12
            i32.load offset=68
            i32.ne
            br_if 0 (;@3;)
            local.get 12
            i32.const 68
            i32.add
            call 23
            local.get 12
            i32.load offset=72
            local.set 32
          end
          local.get 32
          local.get 15
          i32.add
          local.tee 35
          local.get 33
          i32.store
          local.get 35
          i32.const -4
          i32.add
          local.get 34
          i32.store
          local.get 35
          i32.const -8
          i32.add
          local.get 33
          i32.store
          local.get 12
          local.get 14
          i32.const 1
          i32.add
          local.tee 14
          i32.store offset=76
          local.get 15
          i32.const 12
          i32.add
          local.set 15
          local.get 13
          i32.const 8
          i32.add
          local.set 13
          local.get 9
          local.get 14
          i32.ne
          br_if 0 (;@2;)
        end
        local.get 8
        i32.const -4
        i32.add
        i32.load
        local.get 9
        i32.const 3
        i32.shl
        call 56
        local.get 8
        call 57
      end
      local.get 12
      local.get 12
      i32.load offset=36
      i32.store offset=112
      local.get 12
      local.get 12
      i64.load offset=28 align=4
      i64.store offset=104 align=4
      local.get 12
      local.get 12
      i64.load offset=56 align=4
      i64.store offset=116 align=4
      local.get 12
      local.get 12
      i32.load offset=64
      i32.store offset=124
      local.get 12
      local.get 12
      i64.load offset=68 align=4
      i64.store offset=128 align=4
      local.get 12
      local.get 12
      i32.load offset=76
      i32.store offset=136
      local.get 12
      local.get 11
      i32.store offset=148
      local.get 12
      local.get 10
      i32.store offset=144
      local.get 12
      local.get 11
      i32.store offset=140
      local.get 12
      local.get 3
      i32.store offset=100
      local.get 12
      local.get 2
      i32.store offset=96
      local.get 12
      local.get 3
      i32.store offset=92
      local.get 12
      local.get 1
      i32.store offset=88
      local.get 12
      local.get 0
      i32.store offset=84
      local.get 12
      local.get 1
      i32.store offset=80
      block ;; label = @1
        block ;; label = @2
          block ;; label = @3
            block ;; label = @4
              local.get 11
              i32.const 6
              i32.gt_u
              br_if 0 (;@4;)
              local.get 11
              i32.const 6
              i32.ne
              br_if 2 (;@2;)
              local.get 10
              i32.load align=1
              i32.const 1969644914
              i32.xor
              local.get 10
              i32.const 4
              i32.add
              i32.load16_u align=1
              i32.const 25971
              i32.xor
              i32.or
              i32.eqz
              br_if 1 (;@3;)
              br 2 (;@2;)
            end
            i32.const 1
            local.set 15
            i32.const 1
            local.set 13
            i32.const 0
            local.set 14
            i32.const 1
            local.set 32
            i32.const 0
            local.set 35
            loop ;; label = @4
              block ;; label = @5
                block ;; label = @6
                  block ;; label = @7
                    local.get 35
                    local.get 14
                    i32.add
                    local.tee 33
                    i32.const 5
                    i32.gt_u
                    br_if 0 (;@7;)
                    local.get 15
                    i32.load8_u offset=66856
                    i32.const 255
                    i32.and
                    local.tee 15
                    local.get 33
                    i32.load8_u offset=66856
                    local.tee 33
                    i32.lt_u
                    br_if 1 (;@6;)
                    block ;; label = @8
                      local.get 15
                      local.get 33
                      i32.eq
                      br_if 0 (;@8;)
                      i32.const 1
                      local.set 32
                      i32.const 0
                      local.set 14
                      local.get 13
                      local.set 35
                      local.get 13
                      i32.const 1
                      i32.add
                      local.set 13
                      br 3 (;@5;)
                    end
                    i32.const 0
                    local.get 14
                    i32.const 1
                    i32.add
                    local.tee 15
                    local.get 15
                    local.get 32
                    i32.eq
                    local.tee 33
                    select
                    local.set 14
                    local.get 15
                    i32.const 0
                    local.get 33
                    select
                    local.get 13
                    i32.add
                    local.set 13
                    br 2 (;@5;)
                  end
                  local.get 33
                  i32.const 6
                  i32.const 67956
                  call 61
                  unreachable
                end
                local.get 13
                local.get 14
                i32.add
                i32.const 1
                i32.add
                local.tee 13
                local.get 35
                i32.sub
                local.set 32
                i32.const 0
                local.set 14
              end
              local.get 13
              local.get 14
              i32.add
              local.tee 15
              i32.const 6
              i32.lt_u
              br_if 0 (;@4;)
            end
            i32.const 1
            local.set 15
            i32.const 1
            local.set 13
            i32.const 0
            local.set 14
            i32.const 1
            local.set 19
            i32.const 0
            local.set 34
            loop ;; label = @4
              block ;; label = @5
                block ;; label = @6
                  block ;; label = @7
                    local.get 34
                    local.get 14
                    i32.add
                    local.tee 33
                    i32.const 5
                    i32.gt_u
                    br_if 0 (;@7;)
                    local.get 15
                    i32.load8_u offset=66856
                    i32.const 255
                    i32.and
                    local.tee 15
                    local.get 33
                    i32.load8_u offset=66856
                    local.tee 33
                    i32.gt_u
                    br_if 1 (;@6;)
                    block ;; label = @8
                      local.get 15
                      local.get 33
                      i32.eq
                      br_if 0 (;@8;)
                      i32.const 1
                      local.set 19
                      i32.const 0
                      local.set 14
                      local.get 13
                      local.set 34
                      local.get 13
                      i32.const 1
                      i32.add
                      local.set 13
                      br 3 (;@5;)
                    end
                    i32.const 0
                    local.get 14
                    i32.const 1
                    i32.add
                    local.tee 15
                    local.get 15
                    local.get 19
                    i32.eq
                    local.tee 33
                    select
                    local.set 14
                    local.get 15
                    i32.const 0
                    local.get 33
                    select
                    local.get 13
                    i32.add
                    local.set 13
                    br 2 (;@5;)
                  end
                  local.get 33
                  i32.const 6
                  i32.const 67956
                  call 61
                  unreachable
                end
                local.get 13
                local.get 14
                i32.add
                i32.const 1
                i32.add
                local.tee 13
                local.get 34
                i32.sub
                local.set 19
                i32.const 0
                local.set 14
              end
              local.get 13
              local.get 14
              i32.add
              local.tee 15
              i32.const 6
              i32.lt_u
              br_if 0 (;@4;)
            end
            block ;; label = @4
              local.get 35
              local.get 34
              local.get 35
              local.get 34
              i32.gt_u
              local.tee 14
              select
              local.tee 34
              i32.const 7
              i32.ge_u
              br_if 0 (;@4;)
              block ;; label = @5
                local.get 32
                local.get 19
                local.get 14
                select
                local.tee 13
                local.get 34
                i32.add
                local.tee 14
                local.get 13
                i32.lt_u
                br_if 0 (;@5;)
                local.get 14
                i32.const 7
                i32.ge_u
                br_if 0 (;@5;)
                block ;; label = @6
                  block ;; label = @7
                    i32.const 66856
                    local.get 13
                    i32.const 66856
                    i32.add
                    local.get 34
                    call 170
                    local.tee 19
                    br_if 0 (;@7;)
                    i32.const 0
                    local.set 17
                    local.get 13
                    i32.const 0
                    call 62
                    drop
                    local.get 13
                    i32.const 1
                    call 62
                    drop
                    i64.const 0
                    local.set 36
                    i32.const 0
                    local.set 32
                    local.get 13
                    i32.eqz
                    br_if 1 (;@6;)
                    i32.const 0
                    local.set 14
                    loop ;; label = @8
                      i64.const 1
                      local.get 14
                      i32.const 66856
                      i32.add
                      i64.load8_u
                      i64.shl
                      local.get 36
                      i64.or
                      local.set 36
                      local.get 13
                      local.get 14
                      i32.const 1
                      i32.add
                      local.tee 14
                      i32.ne
                      br_if 0 (;@8;)
                    end
                    local.get 13
                    local.set 17
                    br 1 (;@6;)
                  end
                  i32.const 6
                  local.get 34
                  i32.sub
                  local.tee 14
                  local.get 34
                  local.get 14
                  local.get 34
                  i32.gt_u
                  select
                  i32.const 1
                  i32.add
                  local.set 17
                  i32.const -1
                  local.set 32
                  i64.const 12385311292129280
                  local.set 36
                end
                i32.const 6
                local.get 17
                i32.sub
                local.set 24
                i32.const 5
                local.set 14
                i32.const 0
                local.set 15
                loop ;; label = @6
                  block ;; label = @7
                    block ;; label = @8
                      block ;; label = @9
                        block ;; label = @10
                          local.get 36
                          local.get 10
                          local.get 14
                          i32.add
                          i64.load8_u
                          i64.shr_u
                          i32.wrap_i64
                          i32.const 1
                          i32.and
                          br_if 0 (;@10;)
                          local.get 15
                          i32.const 6
                          i32.add
                          local.set 15
                          local.get 19
                          br_if 3 (;@7;)
                          br 1 (;@9;)
                        end
                        local.get 34
                        local.get 32
                        local.get 34
                        local.get 32
                        local.get 34
                        i32.gt_u
                        select
                        local.get 19
                        select
                        local.tee 18
                        i32.const 6
                        local.get 18
                        i32.const 6
                        i32.gt_u
                        select
                        local.set 33
                        local.get 10
                        local.get 15
                        i32.add
                        local.set 35
                        local.get 18
                        local.set 13
                        block ;; label = @10
                          block ;; label = @11
                            block ;; label = @12
                              loop ;; label = @13
                                block ;; label = @14
                                  local.get 33
                                  local.get 13
                                  local.tee 14
                                  i32.ne
                                  br_if 0 (;@14;)
                                  i32.const 0
                                  local.get 32
                                  local.get 19
                                  select
                                  local.set 35
                                  local.get 34
                                  local.set 14
                                  loop ;; label = @15
                                    local.get 35
                                    local.get 14
                                    i32.ge_u
                                    br_if 12 (;@3;)
                                    local.get 14
                                    i32.const -1
                                    i32.add
                                    local.set 13
                                    local.get 14
                                    i32.const 6
                                    i32.gt_u
                                    br_if 3 (;@12;)
                                    local.get 13
                                    local.get 15
                                    i32.add
                                    local.tee 33
                                    local.get 11
                                    i32.ge_u
                                    br_if 4 (;@11;)
                                    local.get 13
                                    local.set 14
                                    local.get 13
                                    i32.load8_u offset=66856
                                    local.get 10
                                    local.get 33
                                    i32.add
                                    i32.load8_u
                                    i32.eq
                                    br_if 0 (;@15;)
                                  end
                                  local.get 15
                                  local.get 17
                                  i32.add
                                  local.set 15
                                  local.get 24
                                  local.set 14
                                  local.get 19
                                  i32.eqz
                                  br_if 6 (;@8;)
                                  br 7 (;@7;)
                                end
                                local.get 15
                                local.get 14
                                i32.add
                                local.get 11
                                i32.ge_u
                                br_if 3 (;@10;)
                                local.get 14
                                i32.const 1
                                i32.add
                                local.set 13
                                local.get 14
                                i32.const 66856
                                i32.add
                                i32.load8_u
                                local.get 35
                                local.get 14
                                i32.add
                                i32.load8_u
                                i32.eq
                                br_if 0 (;@13;)
                              end
                              local.get 15
                              local.get 34
                              i32.sub
                              local.get 14
                              i32.add
                              i32.const 1
                              i32.add
                              local.set 15
                              local.get 19
                              i32.eqz
                              br_if 3 (;@9;)
                              br 5 (;@7;)
                            end
                            local.get 13
                            i32.const 6
                            i32.const 66572
                            call 61
                            unreachable
                          end
                          local.get 33
                          local.get 11
                          i32.const 66588
                          call 61
                          unreachable
                        end
                        local.get 11
                        local.get 18
                        local.get 15
                        i32.add
                        local.tee 12
                        local.get 11
                        local.get 12
                        i32.gt_u
                        select
                        local.get 11
                        i32.const 66604
                        call 61
                        unreachable
                      end
                      i32.const 0
                      local.set 14
                    end
                    local.get 14
                    local.set 32
                  end
                  local.get 15
                  i32.const 5
                  i32.add
                  local.tee 14
                  local.get 11
                  i32.ge_u
                  br_if 4 (;@2;)
                  br 0 (;@6;)
                end
              end
              local.get 13
              local.get 14
              i32.const 6
              i32.const 68020
              call 63
              unreachable
            end
            i32.const 0
            local.get 34
            i32.const 6
            i32.const 68004
            call 63
            unreachable
          end
          local.get 12
          i32.const 156
          i32.add
          i32.const 66862
          i32.const 31
          call 18
          block ;; label = @3
            block ;; label = @4
              i32.const 24
              call 15
              local.tee 14
              i32.eqz
              br_if 0 (;@4;)
              local.get 12
              i32.const 168
              i32.add
              i32.const 66856
              i32.const 6
              call 18
              local.get 14
              local.get 12
              i64.load offset=168 align=4
              i64.store align=4
              local.get 12
              local.get 12
              i64.load offset=156 align=4
              i64.store offset=180 align=4
              local.get 14
              local.get 12
              i64.load offset=176 align=4
              i64.store offset=8 align=4
              local.get 12
              local.get 12
              i32.load offset=164
              i32.store offset=188
              local.get 14
              local.get 12
              i64.load offset=184 align=4
              i64.store offset=16 align=4
              local.get 12
              i32.const 80
              i32.add
              call 12
              i32.const 0
              i32.const 1
              i32.store8 offset=71544
              i32.const 16
              call 15
              local.tee 13
              i32.eqz
              br_if 1 (;@3;)
              block ;; label = @5
                local.get 14
                i32.load
                local.tee 15
                i32.const -2147483648
                i32.eq
                br_if 0 (;@5;)
                local.get 14
                i64.load offset=4 align=4
                local.set 36
                local.get 12
                local.get 14
                i32.load offset=20
                i32.store offset=88
                local.get 12
                local.get 14
                i64.load offset=12 align=4
                i64.store offset=80
                local.get 12
                local.get 36
                i64.store offset=172 align=4
                local.get 12
                local.get 15
                i32.store offset=168
                local.get 12
                i32.const 16
                i32.add
                local.get 12
                i32.const 168
                i32.add
                call 64
                local.get 13
                local.get 12
                i64.load offset=16
                i64.store align=4
                local.get 12
                i32.const 8
                i32.add
                local.get 12
                i32.const 80
                i32.add
                call 64
                local.get 13
                local.get 12
                i64.load offset=8
                i64.store offset=8 align=4
              end
              local.get 12
              local.get 14
              i32.store offset=84
              local.get 12
              i32.const 1
              i32.store offset=80
              local.get 12
              i32.const 80
              i32.add
              i32.const 4
              i32.const 24
              call 9
              i32.const 0
              i32.const 1
              i32.store offset=71552
              i32.const 0
              local.get 13
              i32.store offset=71548
              br 3 (;@1;)
            end
            i32.const 4
            i32.const 24
            call 22
            unreachable
          end
          i32.const 4
          i32.const 16
          call 22
          unreachable
        end
        block ;; label = @2
          i32.const 0
          i32.load8_u offset=71540
          i32.const 3
          i32.eq
          br_if 0 (;@2;)
          local.get 12
          i32.const 80
          i32.add
          call 2
        end
        local.get 12
        i32.const 80
        i32.add
        call 12
        i32.const 0
        i32.const 0
        i32.store8 offset=71544
      end
      local.get 12
      i32.const 192
      i32.add
      global.set 0
      i32.const 71544
    )
    (func (;61;) (type 3) (param i32 i32 i32)
      (local i32)
      global.get 0
      i32.const 32
      i32.sub
      local.tee 3
      global.set 0
      local.get 3
      local.get 1
      i32.store offset=12
      local.get 3
      local.get 0
      i32.store offset=8
      local.get 3
      i32.const 37
      i32.store offset=28
      local.get 3
      i32.const 37
      i32.store offset=20
      local.get 3
      local.get 3
      i32.const 8
      i32.add
      i32.store offset=24
      local.get 3
      local.get 3
      i32.const 12
      i32.add
      i32.store offset=16
      i32.const 65623
      local.get 3
      i32.const 16
      i32.add
      local.get 2
      call 3
      unreachable
    )
    (func (;62;) (type 1) (param i32 i32) (result i32)
      (local i32 i32 i32 i32 i32 i32 i32)
      i32.const 1
      local.set 2
      i32.const 0
      local.set 3
      i32.const 1
      local.set 4
      i32.const 0
      local.set 5
      block ;; label = @1
        loop ;; label = @2
          local.get 4
          local.tee 6
          local.get 3
          i32.add
          local.tee 7
          i32.const 5
          i32.gt_u
          br_if 1 (;@1;)
          local.get 6
          i32.const -1
          i32.xor
          local.get 3
          i32.sub
          local.tee 4
          i32.const 6
          i32.add
          local.set 8
          block ;; label = @3
            block ;; label = @4
              block ;; label = @5
                block ;; label = @6
                  local.get 4
                  i32.const -7
                  i32.le_u
                  br_if 0 (;@6;)
                  i32.const 5
                  local.get 3
                  local.get 5
                  i32.add
                  i32.sub
                  local.tee 4
                  i32.const 6
                  i32.ge_u
                  br_if 1 (;@5;)
                  block ;; label = @7
                    block ;; label = @8
                      local.get 8
                      i32.load8_u offset=66856
                      i32.const 255
                      i32.and
                      local.tee 8
                      local.get 4
                      i32.load8_u offset=66856
                      local.tee 4
                      i32.lt_u
                      br_if 0 (;@8;)
                      local.get 1
                      i32.eqz
                      br_if 1 (;@7;)
                      local.get 8
                      local.get 4
                      i32.le_u
                      br_if 1 (;@7;)
                      br 4 (;@4;)
                    end
                    local.get 1
                    i32.eqz
                    br_if 3 (;@4;)
                  end
                  block ;; label = @7
                    local.get 8
                    local.get 4
                    i32.eq
                    br_if 0 (;@7;)
                    local.get 6
                    i32.const 1
                    i32.add
                    local.set 4
                    i32.const 0
                    local.set 3
                    i32.const 1
                    local.set 2
                    local.get 6
                    local.set 5
                    br 4 (;@3;)
                  end
                  i32.const 0
                  local.get 3
                  i32.const 1
                  i32.add
                  local.tee 4
                  local.get 4
                  local.get 2
                  i32.eq
                  local.tee 8
                  select
                  local.set 3
                  local.get 4
                  i32.const 0
                  local.get 8
                  select
                  local.get 6
                  i32.add
                  local.set 4
                  br 3 (;@3;)
                end
                local.get 8
                i32.const 6
                i32.const 67972
                call 61
                unreachable
              end
              local.get 4
              i32.const 6
              i32.const 67988
              call 61
              unreachable
            end
            local.get 7
            i32.const 1
            i32.add
            local.tee 4
            local.get 5
            i32.sub
            local.set 2
            i32.const 0
            local.set 3
          end
          local.get 2
          local.get 0
          i32.ne
          br_if 0 (;@2;)
        end
      end
      local.get 5
    )
    (func (;63;) (type 7) (param i32 i32 i32 i32)
      block ;; label = @1
        block ;; label = @2
          block ;; label = @3
            local.get 0
            local.get 2
            i32.gt_u
            br_if 0 (;@3;)
            local.get 1
            local.get 2
            i32.gt_u
            br_if 1 (;@2;)
            local.get 0
            local.get 1
            i32.le_u
            br_if 2 (;@1;)
            local.get 0
            local.get 1
            local.get 3
            call 96
            unreachable
          end
          local.get 0
          local.get 2
          local.get 3
          call 97
          unreachable
        end
        local.get 1
        local.get 2
        local.get 3
        call 98
        unreachable
      end
      local.get 1
      local.get 2
      local.get 3
      call 99
      unreachable
    )
    (func (;64;) (type 2) (param i32 i32)
      (local i32 i32 i32)
      block ;; label = @1
        block ;; label = @2
          local.get 1
          i32.load
          local.tee 2
          local.get 1
          i32.load offset=8
          local.tee 3
          i32.le_u
          br_if 0 (;@2;)
          local.get 1
          i32.load offset=4
          local.set 4
          block ;; label = @3
            block ;; label = @4
              local.get 3
              br_if 0 (;@4;)
              local.get 4
              i32.const -4
              i32.add
              i32.load
              local.get 2
              call 56
              local.get 4
              call 57
              i32.const 1
              local.set 2
              br 1 (;@3;)
            end
            local.get 4
            local.get 2
            i32.const 1
            local.get 3
            call 74
            local.tee 2
            i32.eqz
            br_if 2 (;@1;)
          end
          local.get 1
          local.get 2
          i32.store offset=4
        end
        local.get 0
        local.get 3
        i32.store offset=4
        local.get 0
        local.get 1
        i32.load offset=4
        i32.store
        return
      end
      i32.const 1
      local.get 3
      call 16
      unreachable
    )
    (func (;65;) (type 8) (param i32) (result i32)
      (local i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i64 i64 i64 i32 i64 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i64 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i64 i64 i32 i64 i64 i64 i64 i64 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i64 i64 i64)
      global.get 0
      i32.const 1184
      i32.sub
      local.tee 1
      global.set 0
      i32.const 0
      local.set 2
      block ;; label = @1
        i32.const 0
        i32.load8_u offset=72197
        br_if 0 (;@1;)
        call 1
        i32.const 0
        i32.const 1
        i32.store8 offset=72197
      end
      local.get 0
      i32.load offset=44
      local.tee 3
      i32.const 12
      i32.mul
      local.set 4
      block ;; label = @1
        block ;; label = @2
          local.get 3
          i32.const 178956970
          i32.gt_u
          br_if 0 (;@2;)
          local.get 0
          i32.load offset=40
          local.set 5
          local.get 0
          i32.load8_u offset=36
          local.set 6
          local.get 0
          i32.load offset=32
          local.set 7
          local.get 0
          i32.load offset=28
          local.set 8
          local.get 0
          i32.load8_u offset=24
          local.set 9
          local.get 0
          i32.load offset=20
          local.set 10
          local.get 0
          i32.load offset=16
          local.set 11
          local.get 0
          i32.load offset=12
          local.set 12
          local.get 0
          i32.load offset=8
          local.set 13
          local.get 0
          i32.load offset=4
          local.set 14
          local.get 0
          i32.load
          local.set 15
          block ;; label = @3
            local.get 4
            br_if 0 (;@3;)
            i32.const 4
            local.set 16
            i32.const 0
            local.set 2
            br 2 (;@1;)
          end
          local.get 3
          local.set 2
          local.get 4
          call 15
          local.tee 16
          br_if 1 (;@1;)
          i32.const 4
          local.set 2
        end
        local.get 2
        local.get 4
        call 16
        unreachable
      end
      local.get 1
      i32.const 0
      i32.store offset=324
      local.get 1
      local.get 16
      i32.store offset=320
      local.get 1
      local.get 2
      i32.store offset=316
      block ;; label = @1
        local.get 3
        i32.eqz
        br_if 0 (;@1;)
        i32.const 0
        local.set 4
        i32.const 8
        local.set 17
        local.get 5
        local.set 2
        loop ;; label = @2
          local.get 2
          i32.const 4
          i32.add
          i32.load
          local.set 18
          local.get 2
          i32.load
          local.set 19
          block ;; label = @3
            local.get 4
            local.get 1
            i32.load offset=316
            i32.ne
            br_if 0 (;@3;)
            local.get 1
            i32.const 316
            i32.add
            call 23
            local.get 1
            i32.load offset=320
            local.set 16
          end
          local.get 16
          local.get 17
          i32.add
          local.tee 20
          local.get 18
          i32.store
          local.get 20
          i32.const -4
          i32.add
          local.get 19
          i32.store
          local.get 20
          i32.const -8
          i32.add
          local.get 18
          i32.store
          local.get 1
          local.get 4
          i32.const 1
          i32.add
          local.tee 4
          i32.store offset=324
          local.get 17
          i32.const 12
          i32.add
          local.set 17
          local.get 2
          i32.const 8
          i32.add
          local.set 2
          local.get 3
          local.get 4
          i32.ne
          br_if 0 (;@2;)
        end
        local.get 5
        i32.const -4
        i32.add
        i32.load
        local.get 3
        i32.const 3
        i32.shl
        call 56
        local.get 5
        call 57
      end
      local.get 0
      i32.load offset=112
      local.tee 21
      i32.const 36
      i32.mul
      local.set 4
      block ;; label = @1
        block ;; label = @2
          block ;; label = @3
            local.get 21
            i32.const 59652323
            i32.le_u
            br_if 0 (;@3;)
            i32.const 0
            local.set 1
            br 1 (;@2;)
          end
          local.get 0
          i32.load offset=108
          local.set 22
          local.get 0
          i32.load offset=104
          local.set 23
          local.get 0
          i64.load offset=96
          local.set 24
          local.get 0
          i64.load offset=88
          local.set 25
          local.get 0
          i64.load offset=80
          local.set 26
          local.get 0
          i32.load16_u offset=72
          local.set 27
          local.get 0
          i64.load offset=64
          local.set 28
          local.get 0
          i32.load8_u offset=56
          local.set 29
          local.get 0
          i32.load8_u offset=52
          local.set 30
          local.get 0
          i32.load offset=48
          local.set 31
          block ;; label = @3
            local.get 4
            br_if 0 (;@3;)
            i32.const 4
            local.set 32
            i32.const 0
            local.set 2
            br 2 (;@1;)
          end
          local.get 21
          local.set 2
          local.get 4
          call 15
          local.tee 32
          br_if 1 (;@1;)
          i32.const 4
          local.set 1
        end
        local.get 1
        local.get 4
        call 16
        unreachable
      end
      local.get 1
      i32.const 0
      i32.store offset=336
      local.get 1
      local.get 32
      i32.store offset=332
      local.get 1
      local.get 2
      i32.store offset=328
      block ;; label = @1
        local.get 21
        i32.eqz
        br_if 0 (;@1;)
        i32.const 0
        local.set 17
        i32.const 0
        local.set 18
        i32.const 0
        local.set 2
        loop ;; label = @2
          local.get 22
          local.get 18
          i32.add
          local.tee 4
          i32.load
          local.set 3
          local.get 4
          i32.const 20
          i32.add
          i32.load
          local.set 20
          local.get 4
          i32.const 16
          i32.add
          i32.load
          local.set 5
          local.get 4
          i32.const 12
          i32.add
          i32.load
          local.set 19
          local.get 4
          i32.const 8
          i32.add
          i32.load
          local.set 33
          local.get 4
          i32.const 4
          i32.add
          i32.load
          local.set 16
          block ;; label = @3
            local.get 2
            local.get 1
            i32.load offset=328
            i32.ne
            br_if 0 (;@3;)
            local.get 1
            i32.const 328
            i32.add
            call 29
            local.get 1
            i32.load offset=332
            local.set 32
          end
          local.get 32
          local.get 17
          i32.add
          local.tee 4
          local.get 16
          i32.store
          local.get 4
          i32.const 32
          i32.add
          local.get 20
          i32.store
          local.get 4
          i32.const 28
          i32.add
          local.get 5
          i32.store
          local.get 4
          i32.const 24
          i32.add
          local.get 20
          i32.store
          local.get 4
          i32.const 20
          i32.add
          local.get 19
          i32.store
          local.get 4
          i32.const 16
          i32.add
          local.get 33
          i32.store
          local.get 4
          i32.const 12
          i32.add
          local.get 19
          i32.store
          local.get 4
          i32.const 8
          i32.add
          local.get 16
          i32.store
          local.get 4
          i32.const 4
          i32.add
          local.get 3
          i32.store
          local.get 1
          local.get 2
          i32.const 1
          i32.add
          local.tee 2
          i32.store offset=336
          local.get 17
          i32.const 36
          i32.add
          local.set 17
          local.get 18
          i32.const 24
          i32.add
          local.set 18
          local.get 21
          local.get 2
          i32.ne
          br_if 0 (;@2;)
        end
        local.get 22
        i32.const -4
        i32.add
        i32.load
        local.get 21
        i32.const 24
        i32.mul
        call 56
        local.get 22
        call 57
      end
      local.get 0
      i32.load offset=212
      local.tee 3
      i32.const 12
      i32.mul
      local.set 4
      block ;; label = @1
        block ;; label = @2
          block ;; label = @3
            local.get 3
            i32.const 178956970
            i32.le_u
            br_if 0 (;@3;)
            i32.const 0
            local.set 1
            br 1 (;@2;)
          end
          local.get 0
          i32.load offset=208
          local.set 5
          local.get 0
          i32.load8_u offset=206
          local.set 34
          local.get 0
          i32.load8_u offset=205
          local.set 35
          local.get 0
          i32.load8_u offset=204
          local.set 36
          local.get 0
          i32.load offset=200
          local.set 37
          local.get 0
          i32.load8_u offset=184
          local.set 38
          local.get 0
          i32.load8_u offset=176
          local.set 39
          local.get 0
          i64.load offset=168
          local.set 40
          local.get 0
          i32.load offset=164
          local.set 41
          local.get 0
          i32.load offset=160
          local.set 42
          local.get 0
          i32.load8_u offset=144
          local.set 43
          local.get 0
          i32.load offset=140
          local.set 44
          local.get 0
          i32.load offset=136
          local.set 45
          local.get 0
          i32.load offset=132
          local.set 46
          local.get 0
          i32.load offset=128
          local.set 47
          local.get 0
          i32.load offset=124
          local.set 48
          local.get 0
          i32.load offset=120
          local.set 49
          block ;; label = @3
            local.get 4
            br_if 0 (;@3;)
            i32.const 4
            local.set 16
            i32.const 0
            local.set 2
            br 2 (;@1;)
          end
          local.get 3
          local.set 2
          local.get 4
          call 15
          local.tee 16
          br_if 1 (;@1;)
          i32.const 4
          local.set 1
        end
        local.get 1
        local.get 4
        call 16
        unreachable
      end
      local.get 1
      i32.const 0
      i32.store offset=348
      local.get 1
      local.get 16
      i32.store offset=344
      local.get 1
      local.get 2
      i32.store offset=340
      block ;; label = @1
        local.get 3
        i32.eqz
        br_if 0 (;@1;)
        i32.const 0
        local.set 4
        i32.const 8
        local.set 17
        local.get 5
        local.set 2
        loop ;; label = @2
          local.get 2
          i32.const 4
          i32.add
          i32.load
          local.set 18
          local.get 2
          i32.load
          local.set 19
          block ;; label = @3
            local.get 4
            local.get 1
            i32.load offset=340
            i32.ne
            br_if 0 (;@3;)
            local.get 1
            i32.const 340
            i32.add
            call 23
            local.get 1
            i32.load offset=344
            local.set 16
          end
          local.get 16
          local.get 17
          i32.add
          local.tee 20
          local.get 18
          i32.store
          local.get 20
          i32.const -4
          i32.add
          local.get 19
          i32.store
          local.get 20
          i32.const -8
          i32.add
          local.get 18
          i32.store
          local.get 1
          local.get 4
          i32.const 1
          i32.add
          local.tee 4
          i32.store offset=348
          local.get 17
          i32.const 12
          i32.add
          local.set 17
          local.get 2
          i32.const 8
          i32.add
          local.set 2
          local.get 3
          local.get 4
          i32.ne
          br_if 0 (;@2;)
        end
        local.get 5
        i32.const -4
        i32.add
        i32.load
        local.get 3
        i32.const 3
        i32.shl
        call 56
        local.get 5
        call 57
      end
      local.get 0
      i32.load offset=220
      local.tee 50
      i32.const 96
      i32.mul
      local.set 4
      block ;; label = @1
        block ;; label = @2
          block ;; label = @3
            local.get 50
            i32.const 22369621
            i32.le_u
            br_if 0 (;@3;)
            i32.const 0
            local.set 1
            br 1 (;@2;)
          end
          local.get 0
          i32.load offset=216
          local.set 51
          block ;; label = @3
            local.get 4
            br_if 0 (;@3;)
            i32.const 8
            local.set 52
            i32.const 0
            local.set 2
            br 2 (;@1;)
          end
          local.get 50
          local.set 2
          local.get 4
          call 15
          local.tee 52
          br_if 1 (;@1;)
          i32.const 8
          local.set 1
        end
        local.get 1
        local.get 4
        call 16
        unreachable
      end
      local.get 1
      i32.const 0
      i32.store offset=360
      local.get 1
      local.get 52
      i32.store offset=356
      local.get 1
      local.get 2
      i32.store offset=352
      block ;; label = @1
        local.get 50
        i32.eqz
        br_if 0 (;@1;)
        i32.const 0
        local.set 17
        i32.const 0
        local.set 18
        i32.const 0
        local.set 2
        loop ;; label = @2
          local.get 51
          local.get 18
          i32.add
          local.tee 4
          i32.const 56
          i32.add
          local.set 20
          local.get 4
          i32.const 48
          i32.add
          local.set 19
          local.get 4
          i32.const 40
          i32.add
          local.set 16
          local.get 4
          i32.const 32
          i32.add
          local.set 3
          local.get 4
          i32.const 24
          i32.add
          local.set 5
          local.get 4
          i32.const 20
          i32.add
          local.set 33
          local.get 4
          i32.const 16
          i32.add
          local.set 32
          local.get 4
          i32.const 12
          i32.add
          local.set 21
          local.get 4
          i32.const 8
          i32.add
          local.set 22
          local.get 4
          i32.const 4
          i32.add
          local.set 53
          block ;; label = @3
            block ;; label = @4
              local.get 4
              i32.const 64
              i32.add
              i32.load8_u
              br_if 0 (;@4;)
              i64.const 0
              local.set 54
              br 1 (;@3;)
            end
            local.get 4
            i32.const 72
            i32.add
            i64.load
            local.set 55
            i64.const 1
            local.set 54
          end
          local.get 4
          i32.load
          local.set 56
          local.get 20
          i64.load
          local.set 57
          local.get 19
          i64.load
          local.set 58
          local.get 16
          i64.load
          local.set 59
          local.get 3
          i64.load
          local.set 60
          local.get 5
          i64.load
          local.set 61
          local.get 33
          i32.load
          local.set 20
          local.get 32
          i32.load
          local.set 3
          local.get 21
          i32.load
          local.set 19
          local.get 22
          i32.load
          local.set 5
          local.get 53
          i32.load
          local.set 16
          block ;; label = @3
            local.get 2
            local.get 1
            i32.load offset=352
            i32.ne
            br_if 0 (;@3;)
            local.get 1
            i32.const 352
            i32.add
            call 27
            local.get 1
            i32.load offset=356
            local.set 52
          end
          local.get 52
          local.get 17
          i32.add
          local.tee 4
          local.get 54
          i64.store
          local.get 4
          i32.const 88
          i32.add
          local.get 20
          i32.store
          local.get 4
          i32.const 84
          i32.add
          local.get 3
          i32.store
          local.get 4
          i32.const 80
          i32.add
          local.get 20
          i32.store
          local.get 4
          i32.const 76
          i32.add
          local.get 19
          i32.store
          local.get 4
          i32.const 72
          i32.add
          local.get 5
          i32.store
          local.get 4
          i32.const 68
          i32.add
          local.get 19
          i32.store
          local.get 4
          i32.const 64
          i32.add
          local.get 16
          i32.store
          local.get 4
          i32.const 60
          i32.add
          local.get 56
          i32.store
          local.get 4
          i32.const 56
          i32.add
          local.get 16
          i32.store
          local.get 4
          i32.const 48
          i32.add
          local.get 57
          i64.store
          local.get 4
          i32.const 40
          i32.add
          local.get 58
          i64.store
          local.get 4
          i32.const 32
          i32.add
          local.get 59
          i64.store
          local.get 4
          i32.const 24
          i32.add
          local.get 60
          i64.store
          local.get 4
          i32.const 16
          i32.add
          local.get 61
          i64.store
          local.get 4
          i32.const 8
          i32.add
          local.get 55
          i64.store
          local.get 1
          local.get 2
          i32.const 1
          i32.add
          local.tee 2
          i32.store offset=360
          local.get 17
          i32.const 96
          i32.add
          local.set 17
          local.get 18
          i32.const 80
          i32.add
          local.set 18
          local.get 50
          local.get 2
          i32.ne
          br_if 0 (;@2;)
        end
        local.get 51
        i32.const -4
        i32.add
        i32.load
        local.get 50
        i32.const 80
        i32.mul
        call 56
        local.get 51
        call 57
      end
      local.get 0
      i32.load offset=228
      local.tee 50
      i32.const 80
      i32.mul
      local.set 4
      block ;; label = @1
        block ;; label = @2
          block ;; label = @3
            local.get 50
            i32.const 26843545
            i32.le_u
            br_if 0 (;@3;)
            i32.const 0
            local.set 1
            br 1 (;@2;)
          end
          local.get 0
          i32.load offset=224
          local.set 51
          block ;; label = @3
            local.get 4
            br_if 0 (;@3;)
            i32.const 8
            local.set 52
            i32.const 0
            local.set 2
            br 2 (;@1;)
          end
          local.get 50
          local.set 2
          local.get 4
          call 15
          local.tee 52
          br_if 1 (;@1;)
          i32.const 8
          local.set 1
        end
        local.get 1
        local.get 4
        call 16
        unreachable
      end
      local.get 1
      i32.const 0
      i32.store offset=372
      local.get 1
      local.get 52
      i32.store offset=368
      local.get 1
      local.get 2
      i32.store offset=364
      block ;; label = @1
        local.get 50
        i32.eqz
        br_if 0 (;@1;)
        i32.const 0
        local.set 2
        i32.const 0
        local.set 17
        loop ;; label = @2
          local.get 51
          local.get 2
          i32.add
          local.tee 4
          i32.load8_u
          local.set 18
          local.get 4
          i32.const 72
          i32.add
          local.set 20
          local.get 4
          i32.const 64
          i32.add
          local.set 19
          local.get 4
          i32.const 60
          i32.add
          local.set 16
          local.get 4
          i32.const 56
          i32.add
          local.set 3
          local.get 4
          i32.const 52
          i32.add
          local.set 5
          local.get 4
          i32.const 48
          i32.add
          local.set 33
          local.get 4
          i32.const 40
          i32.add
          local.set 32
          local.get 4
          i32.const 32
          i32.add
          local.set 21
          local.get 4
          i32.const 28
          i32.add
          local.set 22
          local.get 4
          i32.const 24
          i32.add
          local.set 53
          local.get 4
          i32.const 1
          i32.add
          local.set 56
          block ;; label = @3
            block ;; label = @4
              local.get 4
              i32.const 8
              i32.add
              i32.load8_u
              br_if 0 (;@4;)
              i64.const 0
              local.set 60
              br 1 (;@3;)
            end
            local.get 4
            i32.const 16
            i32.add
            i64.load
            local.set 61
            i64.const 1
            local.set 60
          end
          local.get 20
          i64.load
          local.set 54
          local.get 19
          i64.load
          local.set 57
          local.get 16
          i32.load
          local.set 20
          local.get 3
          i32.load
          local.set 19
          local.get 5
          i32.load
          local.set 16
          local.get 33
          i32.load
          local.set 3
          local.get 32
          i64.load
          local.set 58
          local.get 21
          i64.load
          local.set 59
          local.get 22
          i32.load16_u
          local.set 5
          local.get 53
          i32.load
          local.set 33
          local.get 56
          i32.load8_u
          local.set 32
          local.get 18
          i32.const 255
          i32.and
          i32.const 0
          i32.ne
          local.set 18
          block ;; label = @3
            local.get 17
            local.get 1
            i32.load offset=364
            i32.ne
            br_if 0 (;@3;)
            local.get 1
            i32.const 364
            i32.add
            call 26
            local.get 1
            i32.load offset=368
            local.set 52
          end
          local.get 52
          local.get 2
          i32.add
          local.tee 4
          local.get 18
          i32.store8
          local.get 4
          i32.const 72
          i32.add
          local.get 54
          i64.store
          local.get 4
          i32.const 64
          i32.add
          local.get 57
          i64.store
          local.get 4
          i32.const 60
          i32.add
          local.get 20
          i32.store
          local.get 4
          i32.const 56
          i32.add
          local.get 19
          i32.store
          local.get 4
          i32.const 52
          i32.add
          local.get 16
          i32.store
          local.get 4
          i32.const 48
          i32.add
          local.get 3
          i32.store
          local.get 4
          i32.const 40
          i32.add
          local.get 58
          i64.store
          local.get 4
          i32.const 32
          i32.add
          local.get 59
          i64.store
          local.get 4
          i32.const 28
          i32.add
          local.get 5
          i32.store16
          local.get 4
          i32.const 24
          i32.add
          local.get 33
          i32.store
          local.get 4
          i32.const 16
          i32.add
          local.get 61
          i64.store
          local.get 4
          i32.const 8
          i32.add
          local.get 60
          i64.store
          local.get 4
          i32.const 1
          i32.add
          local.get 32
          i32.store8
          local.get 1
          local.get 17
          i32.const 1
          i32.add
          local.tee 17
          i32.store offset=372
          local.get 2
          i32.const 80
          i32.add
          local.set 2
          local.get 50
          local.get 17
          i32.ne
          br_if 0 (;@2;)
        end
        local.get 51
        i32.const -4
        i32.add
        i32.load
        local.get 50
        i32.const 80
        i32.mul
        call 56
        local.get 51
        call 57
      end
      local.get 0
      i32.load offset=324
      local.tee 16
      i32.const 3
      i32.shl
      local.set 5
      i32.const 0
      local.set 4
      block ;; label = @1
        block ;; label = @2
          local.get 16
          i32.const 536870911
          i32.gt_u
          br_if 0 (;@2;)
          local.get 5
          i32.const 2147483644
          i32.gt_u
          br_if 0 (;@2;)
          local.get 0
          i32.load offset=320
          local.set 3
          local.get 0
          i32.load8_u offset=280
          local.set 62
          local.get 0
          i32.load8_u offset=248
          local.set 63
          local.get 0
          i32.load8_u offset=232
          local.set 64
          block ;; label = @3
            local.get 5
            br_if 0 (;@3;)
            i32.const 4
            local.set 19
            i32.const 0
            local.set 4
            br 2 (;@1;)
          end
          local.get 16
          local.set 4
          local.get 5
          call 15
          local.tee 19
          br_if 1 (;@1;)
          i32.const 4
          local.set 4
        end
        local.get 4
        local.get 5
        call 16
        unreachable
      end
      local.get 1
      i32.const 0
      i32.store offset=384
      local.get 1
      local.get 19
      i32.store offset=380
      local.get 1
      local.get 4
      i32.store offset=376
      block ;; label = @1
        local.get 16
        i32.eqz
        br_if 0 (;@1;)
        i32.const 0
        local.set 4
        i32.const 0
        local.set 2
        loop ;; label = @2
          local.get 3
          local.get 4
          i32.add
          local.tee 17
          i32.load
          local.set 18
          local.get 17
          i32.const 4
          i32.add
          i32.load8_u
          local.set 17
          block ;; label = @3
            local.get 2
            local.get 1
            i32.load offset=376
            i32.ne
            br_if 0 (;@3;)
            local.get 1
            i32.const 376
            i32.add
            call 25
            local.get 1
            i32.load offset=380
            local.set 19
          end
          local.get 19
          local.get 4
          i32.add
          local.tee 20
          local.get 18
          i32.store
          local.get 20
          i32.const 4
          i32.add
          local.get 17
          i32.const 255
          i32.and
          i32.const 0
          i32.ne
          i32.store8
          local.get 1
          local.get 2
          i32.const 1
          i32.add
          local.tee 2
          i32.store offset=384
          local.get 4
          i32.const 8
          i32.add
          local.set 4
          local.get 16
          local.get 2
          i32.ne
          br_if 0 (;@2;)
        end
        local.get 5
        i32.eqz
        br_if 0 (;@1;)
        local.get 3
        i32.const -4
        i32.add
        i32.load
        local.get 5
        call 56
        local.get 3
        call 57
      end
      local.get 0
      i32.load offset=348
      local.tee 65
      i32.const 176
      i32.mul
      local.set 4
      block ;; label = @1
        block ;; label = @2
          block ;; label = @3
            local.get 65
            i32.const 12201611
            i32.le_u
            br_if 0 (;@3;)
            i32.const 0
            local.set 1
            br 1 (;@2;)
          end
          local.get 0
          i32.load offset=344
          local.set 66
          local.get 0
          i32.load8_u offset=328
          local.set 67
          block ;; label = @3
            local.get 4
            br_if 0 (;@3;)
            i32.const 8
            local.set 2
            i32.const 0
            local.set 17
            br 2 (;@1;)
          end
          local.get 65
          local.set 17
          local.get 4
          call 15
          local.tee 2
          br_if 1 (;@1;)
          i32.const 8
          local.set 1
        end
        local.get 1
        local.get 4
        call 16
        unreachable
      end
      local.get 1
      i32.const 0
      i32.store offset=396
      local.get 1
      local.get 2
      i32.store offset=392
      local.get 1
      local.get 17
      i32.store offset=388
      block ;; label = @1
        local.get 65
        i32.eqz
        br_if 0 (;@1;)
        i32.const 0
        local.set 68
        i32.const 0
        local.set 33
        loop ;; label = @2
          block ;; label = @3
            block ;; label = @4
              block ;; label = @5
                block ;; label = @6
                  local.get 66
                  local.get 33
                  i32.const 152
                  i32.mul
                  i32.add
                  local.tee 3
                  i32.load offset=140
                  local.tee 5
                  i32.const 178956970
                  i32.le_u
                  br_if 0 (;@6;)
                  local.get 50
                  local.set 4
                  br 1 (;@5;)
                end
                local.get 3
                i32.load offset=136
                local.set 52
                local.get 3
                i32.load offset=132
                local.set 32
                local.get 3
                i32.load offset=128
                local.set 51
                local.get 3
                i32.load8_u offset=124
                local.set 69
                local.get 3
                i32.load offset=120
                local.set 70
                local.get 3
                i32.load offset=116
                local.set 71
                local.get 3
                i32.load offset=112
                local.set 72
                local.get 3
                i32.load8_u offset=96
                local.set 73
                local.get 3
                i64.load offset=88
                local.set 58
                local.get 3
                i64.load offset=80
                local.set 59
                local.get 3
                i32.load8_u offset=64
                local.set 74
                local.get 3
                i32.load8_u offset=48
                local.set 75
                local.get 3
                i32.load8_u offset=42
                local.set 76
                local.get 3
                i32.load8_u offset=41
                local.set 77
                local.get 3
                i32.load8_u offset=40
                local.set 78
                local.get 3
                i32.load offset=36
                local.set 21
                local.get 3
                i32.load offset=32
                local.set 79
                local.get 3
                i32.load offset=28
                local.set 22
                local.get 3
                i32.load offset=24
                local.set 80
                local.get 3
                i32.load offset=20
                local.set 53
                local.get 3
                i32.load offset=16
                local.set 81
                local.get 3
                i32.load offset=12
                local.set 56
                local.get 3
                i32.load offset=8
                local.set 82
                local.get 3
                i32.load16_u offset=4
                local.set 83
                local.get 3
                i32.load
                local.set 84
                block ;; label = @6
                  local.get 5
                  i32.const 12
                  i32.mul
                  local.tee 4
                  br_if 0 (;@6;)
                  i32.const 4
                  local.set 50
                  i32.const 0
                  local.set 4
                  br 3 (;@3;)
                end
                local.get 4
                call 15
                local.tee 50
                br_if 1 (;@4;)
                i32.const 4
                local.set 68
              end
              local.get 68
              local.get 4
              call 16
              unreachable
            end
            local.get 5
            local.set 4
          end
          local.get 1
          i32.const 0
          i32.store offset=424
          local.get 1
          local.get 50
          i32.store offset=420
          local.get 1
          local.get 4
          i32.store offset=416
          block ;; label = @3
            local.get 5
            i32.eqz
            br_if 0 (;@3;)
            i32.const 0
            local.set 4
            i32.const 8
            local.set 17
            local.get 52
            local.set 2
            local.get 50
            local.set 16
            loop ;; label = @4
              local.get 2
              i32.const 4
              i32.add
              i32.load
              local.set 18
              local.get 2
              i32.load
              local.set 19
              block ;; label = @5
                local.get 4
                local.get 1
                i32.load offset=416
                i32.ne
                br_if 0 (;@5;)
                local.get 1
                i32.const 416
                i32.add
                call 23
                local.get 1
                i32.load offset=420
                local.set 16
              end
              local.get 16
              local.get 17
              i32.add
              local.tee 20
              local.get 18
              i32.store
              local.get 20
              i32.const -4
              i32.add
              local.get 19
              i32.store
              local.get 20
              i32.const -8
              i32.add
              local.get 18
              i32.store
              local.get 1
              local.get 4
              i32.const 1
              i32.add
              local.tee 4
              i32.store offset=424
              local.get 17
              i32.const 12
              i32.add
              local.set 17
              local.get 2
              i32.const 8
              i32.add
              local.set 2
              local.get 5
              local.get 4
              i32.ne
              br_if 0 (;@4;)
            end
            local.get 52
            i32.const -4
            i32.add
            i32.load
            local.get 5
            i32.const 3
            i32.shl
            call 56
            local.get 52
            call 57
          end
          local.get 3
          i64.load offset=144
          local.set 60
          block ;; label = @3
            block ;; label = @4
              local.get 76
              i32.const 255
              i32.and
              br_if 0 (;@4;)
              i32.const 0
              local.set 17
              br 1 (;@3;)
            end
            local.get 3
            i32.load16_u offset=44
            local.set 18
            i32.const 1
            local.set 17
          end
          block ;; label = @3
            block ;; label = @4
              local.get 75
              i32.const 255
              i32.and
              br_if 0 (;@4;)
              i32.const -2147483648
              local.set 20
              br 1 (;@3;)
            end
            local.get 3
            i32.load offset=56
            local.tee 20
            i64.extend_i32_u
            i64.const 32
            i64.shl
            local.get 3
            i64.load32_u offset=52
            i64.or
            local.set 85
          end
          i64.const 0
          local.set 54
          i64.const 0
          local.set 57
          block ;; label = @3
            local.get 74
            i32.const 255
            i32.and
            i32.eqz
            br_if 0 (;@3;)
            local.get 3
            i64.load offset=72
            local.set 55
            i64.const 1
            local.set 57
          end
          local.get 77
          i32.const 255
          i32.and
          local.set 4
          local.get 78
          i32.const 255
          i32.and
          local.set 2
          block ;; label = @3
            local.get 73
            i32.const 255
            i32.and
            i32.eqz
            br_if 0 (;@3;)
            local.get 3
            i64.load offset=104
            local.set 61
            i64.const 1
            local.set 54
          end
          local.get 4
          i32.const 0
          i32.ne
          local.set 19
          local.get 2
          i32.const 0
          i32.ne
          local.set 16
          local.get 1
          local.get 1
          i32.load offset=424
          i32.store offset=408
          local.get 1
          local.get 1
          i64.load offset=416 align=4
          i64.store offset=400
          local.get 69
          i32.const 255
          i32.and
          i32.const 0
          i32.ne
          local.set 3
          block ;; label = @3
            local.get 1
            i32.load offset=396
            local.tee 2
            local.get 1
            i32.load offset=388
            i32.ne
            br_if 0 (;@3;)
            local.get 1
            i32.const 388
            i32.add
            call 28
          end
          local.get 1
          i32.load offset=392
          local.get 2
          i32.const 176
          i32.mul
          i32.add
          local.tee 4
          local.get 32
          i32.store offset=136
          local.get 4
          local.get 51
          i32.store offset=132
          local.get 4
          local.get 32
          i32.store offset=128
          local.get 4
          local.get 60
          i64.store offset=120
          local.get 4
          local.get 58
          i64.store offset=112
          local.get 4
          local.get 59
          i64.store offset=104
          local.get 4
          local.get 61
          i64.store offset=96
          local.get 4
          local.get 54
          i64.store offset=88
          local.get 4
          local.get 19
          i32.store8 offset=81
          local.get 4
          local.get 16
          i32.store8 offset=80
          local.get 4
          local.get 18
          i32.store16 offset=78
          local.get 4
          local.get 17
          i32.store16 offset=76
          local.get 4
          local.get 85
          i64.store offset=68 align=4
          local.get 4
          local.get 20
          i32.store offset=64
          local.get 4
          local.get 21
          i32.store offset=60
          local.get 4
          local.get 79
          i32.store offset=56
          local.get 4
          local.get 21
          i32.store offset=52
          local.get 4
          local.get 22
          i32.store offset=48
          local.get 4
          local.get 80
          i32.store offset=44
          local.get 4
          local.get 22
          i32.store offset=40
          local.get 4
          local.get 53
          i32.store offset=36
          local.get 4
          local.get 81
          i32.store offset=32
          local.get 4
          local.get 53
          i32.store offset=28
          local.get 4
          local.get 56
          i32.store offset=24
          local.get 4
          local.get 82
          i32.store offset=20
          local.get 4
          local.get 56
          i32.store offset=16
          local.get 4
          local.get 55
          i64.store offset=8
          local.get 4
          local.get 57
          i64.store
          local.get 4
          local.get 84
          i32.store offset=152
          local.get 4
          local.get 72
          i32.store offset=156
          local.get 4
          local.get 71
          i32.store offset=160
          local.get 4
          local.get 70
          i32.store offset=164
          local.get 4
          local.get 3
          i32.store8 offset=170
          local.get 4
          local.get 83
          i32.store16 offset=168
          local.get 4
          local.get 1
          i32.load offset=408
          i32.store offset=148
          local.get 4
          local.get 1
          i64.load offset=400
          i64.store offset=140 align=4
          local.get 1
          local.get 2
          i32.const 1
          i32.add
          i32.store offset=396
          local.get 33
          i32.const 1
          i32.add
          local.tee 33
          local.get 65
          i32.ne
          br_if 0 (;@2;)
        end
        local.get 66
        i32.const -4
        i32.add
        i32.load
        local.get 65
        i32.const 152
        i32.mul
        call 56
        local.get 66
        call 57
      end
      i32.const 0
      local.set 33
      block ;; label = @1
        block ;; label = @2
          local.get 9
          i32.const 255
          i32.and
          br_if 0 (;@2;)
          i32.const 0
          local.set 21
          br 1 (;@1;)
        end
        local.get 0
        i32.load16_u offset=26
        local.set 22
        i32.const 1
        local.set 21
      end
      block ;; label = @1
        block ;; label = @2
          local.get 29
          i32.const 255
          i32.and
          br_if 0 (;@2;)
          br 1 (;@1;)
        end
        local.get 0
        i32.load offset=60
        local.set 53
        i32.const 1
        local.set 33
      end
      local.get 1
      local.get 1
      i32.load offset=336
      i32.store offset=792
      local.get 1
      local.get 1
      i64.load offset=328 align=4
      i64.store offset=784
      local.get 1
      local.get 1
      i64.load offset=316 align=4
      i64.store offset=800
      local.get 1
      local.get 1
      i32.load offset=324
      i32.store offset=808
      block ;; label = @1
        block ;; label = @2
          local.get 43
          i32.const 255
          i32.and
          br_if 0 (;@2;)
          i32.const -2147483648
          local.set 56
          br 1 (;@1;)
        end
        local.get 0
        i32.load offset=152
        local.tee 56
        i64.extend_i32_u
        i64.const 32
        i64.shl
        local.get 0
        i64.load32_u offset=148
        i64.or
        local.set 57
      end
      i64.const 0
      local.set 54
      block ;; label = @1
        block ;; label = @2
          local.get 38
          i32.const 255
          i32.and
          br_if 0 (;@2;)
          i64.const 0
          local.set 58
          br 1 (;@1;)
        end
        local.get 0
        i64.load offset=192
        local.set 59
        i64.const 1
        local.set 58
      end
      local.get 1
      local.get 1
      i32.load offset=348
      i32.store offset=952
      local.get 1
      local.get 1
      i64.load offset=340 align=4
      i64.store offset=944
      local.get 1
      local.get 1
      i32.load offset=360
      i32.store offset=824
      local.get 1
      local.get 1
      i64.load offset=352 align=4
      i64.store offset=816
      local.get 1
      local.get 1
      i32.load offset=372
      i32.store offset=128
      local.get 1
      local.get 1
      i64.load offset=364 align=4
      i64.store offset=120
      block ;; label = @1
        block ;; label = @2
          local.get 64
          i32.const 255
          i32.and
          br_if 0 (;@2;)
          br 1 (;@1;)
        end
        local.get 0
        i64.load offset=240
        local.set 60
        i64.const 1
        local.set 54
      end
      i32.const -2147483648
      local.set 5
      block ;; label = @1
        block ;; label = @2
          local.get 63
          i32.const 255
          i32.and
          br_if 0 (;@2;)
          i32.const -2147483648
          local.set 32
          br 1 (;@1;)
        end
        local.get 0
        i32.load offset=272
        local.tee 3
        i32.const 12
        i32.mul
        local.set 4
        block ;; label = @2
          block ;; label = @3
            block ;; label = @4
              local.get 3
              i32.const 178956970
              i32.le_u
              br_if 0 (;@4;)
              i32.const 0
              local.set 1
              br 1 (;@3;)
            end
            local.get 0
            i32.load offset=268
            local.set 50
            local.get 0
            i32.load offset=264
            local.set 52
            local.get 0
            i32.load offset=260
            local.set 32
            local.get 0
            i32.load offset=256
            local.set 51
            local.get 0
            i32.load8_u offset=252
            local.set 69
            block ;; label = @4
              local.get 4
              br_if 0 (;@4;)
              i32.const 4
              local.set 16
              i32.const 0
              local.set 2
              br 2 (;@2;)
            end
            local.get 3
            local.set 2
            local.get 4
            call 15
            local.tee 16
            br_if 1 (;@2;)
            i32.const 4
            local.set 1
          end
          local.get 1
          local.get 4
          call 16
          unreachable
        end
        local.get 1
        i32.const 0
        i32.store offset=424
        local.get 1
        local.get 16
        i32.store offset=420
        local.get 1
        local.get 2
        i32.store offset=416
        block ;; label = @2
          local.get 3
          i32.eqz
          br_if 0 (;@2;)
          i32.const 0
          local.set 4
          i32.const 8
          local.set 17
          local.get 50
          local.set 2
          loop ;; label = @3
            local.get 2
            i32.const 4
            i32.add
            i32.load
            local.set 18
            local.get 2
            i32.load
            local.set 19
            block ;; label = @4
              local.get 4
              local.get 1
              i32.load offset=416
              i32.ne
              br_if 0 (;@4;)
              local.get 1
              i32.const 416
              i32.add
              call 23
              local.get 1
              i32.load offset=420
              local.set 16
            end
            local.get 16
            local.get 17
            i32.add
            local.tee 20
            local.get 18
            i32.store
            local.get 20
            i32.const -4
            i32.add
            local.get 19
            i32.store
            local.get 20
            i32.const -8
            i32.add
            local.get 18
            i32.store
            local.get 1
            local.get 4
            i32.const 1
            i32.add
            local.tee 4
            i32.store offset=424
            local.get 17
            i32.const 12
            i32.add
            local.set 17
            local.get 2
            i32.const 8
            i32.add
            local.set 2
            local.get 3
            local.get 4
            i32.ne
            br_if 0 (;@3;)
          end
          local.get 50
          i32.const -4
          i32.add
          i32.load
          local.get 3
          i32.const 3
          i32.shl
          call 56
          local.get 50
          call 57
        end
        block ;; label = @2
          block ;; label = @3
            local.get 69
            i32.const 255
            i32.and
            br_if 0 (;@3;)
            i32.const 0
            local.set 4
            br 1 (;@2;)
          end
          local.get 0
          i32.load16_u offset=254
          local.set 2
          i32.const 1
          local.set 4
        end
        local.get 0
        i32.load offset=276
        local.set 17
        local.get 1
        local.get 1
        i32.load offset=424
        i32.store offset=1000
        local.get 1
        local.get 1
        i64.load offset=416 align=4
        i64.store offset=992
        local.get 32
        i64.extend_i32_u
        i64.const 32
        i64.shl
        local.get 51
        i64.extend_i32_u
        i64.or
        local.set 61
      end
      local.get 30
      i32.const 255
      i32.and
      local.set 18
      local.get 6
      i32.const 255
      i32.and
      local.set 20
      local.get 34
      i32.const 255
      i32.and
      local.set 19
      local.get 35
      i32.const 255
      i32.and
      local.set 16
      local.get 36
      i32.const 255
      i32.and
      local.set 3
      block ;; label = @1
        block ;; label = @2
          local.get 62
          i32.const 255
          i32.and
          br_if 0 (;@2;)
          br 1 (;@1;)
        end
        local.get 0
        i32.load offset=292
        local.set 5
        local.get 0
        i32.load offset=288
        local.set 70
        block ;; label = @2
          block ;; label = @3
            local.get 0
            i32.load8_u offset=312
            br_if 0 (;@3;)
            i32.const 0
            local.set 50
            br 1 (;@2;)
          end
          local.get 0
          i32.load16_u offset=314
          local.set 51
          i32.const 1
          local.set 50
        end
        local.get 0
        i64.load offset=304
        local.set 55
        local.get 0
        i32.load offset=296
        local.set 69
        local.get 5
        i64.extend_i32_u
        i64.const 32
        i64.shl
        local.get 70
        i64.extend_i32_u
        i64.or
        local.set 85
      end
      local.get 18
      i32.const 0
      i32.ne
      local.set 18
      local.get 20
      i32.const 0
      i32.ne
      local.set 20
      local.get 19
      i32.const 0
      i32.ne
      local.set 19
      local.get 16
      i32.const 0
      i32.ne
      local.set 16
      local.get 3
      i32.const 0
      i32.ne
      local.set 3
      block ;; label = @1
        block ;; label = @2
          local.get 67
          i32.const 255
          i32.and
          br_if 0 (;@2;)
          i64.const 0
          local.set 86
          br 1 (;@1;)
        end
        local.get 0
        i64.load offset=336
        local.set 87
        i64.const 1
        local.set 86
      end
      local.get 1
      local.get 7
      i32.store offset=588
      local.get 1
      local.get 8
      i32.store offset=584
      local.get 1
      local.get 7
      i32.store offset=580
      local.get 1
      local.get 10
      i32.store offset=576
      local.get 1
      local.get 11
      i32.store offset=572
      local.get 1
      local.get 10
      i32.store offset=568
      local.get 1
      local.get 12
      i32.store offset=564
      local.get 1
      local.get 13
      i32.store offset=560
      local.get 1
      local.get 12
      i32.store offset=556
      local.get 1
      local.get 14
      i32.store offset=552
      local.get 1
      local.get 15
      i32.store offset=548
      local.get 1
      local.get 14
      i32.store offset=544
      local.get 1
      local.get 24
      i64.store offset=536
      local.get 1
      local.get 25
      i64.store offset=528
      local.get 1
      local.get 26
      i64.store offset=520
      local.get 1
      local.get 28
      i64.store offset=512
      local.get 1
      local.get 53
      i32.store offset=508
      local.get 1
      local.get 33
      i32.store offset=504
      local.get 1
      local.get 1
      i64.load offset=800
      i64.store offset=592
      local.get 1
      local.get 1
      i32.load offset=808
      i32.store offset=600
      local.get 1
      local.get 21
      i32.store16 offset=616
      local.get 1
      local.get 22
      i32.store16 offset=618
      local.get 1
      local.get 27
      i32.store16 offset=628
      local.get 1
      local.get 20
      i32.store8 offset=630
      local.get 1
      local.get 18
      i32.store8 offset=631
      local.get 1
      local.get 57
      i64.store offset=672
      local.get 1
      local.get 56
      i32.store offset=668
      local.get 1
      local.get 44
      i32.store offset=664
      local.get 1
      local.get 45
      i32.store offset=660
      local.get 1
      local.get 44
      i32.store offset=656
      local.get 1
      local.get 46
      i32.store offset=652
      local.get 1
      local.get 47
      i32.store offset=648
      local.get 1
      local.get 46
      i32.store offset=644
      local.get 1
      local.get 48
      i32.store offset=640
      local.get 1
      local.get 49
      i32.store offset=636
      local.get 1
      local.get 48
      i32.store offset=632
      local.get 1
      local.get 23
      i32.store offset=624
      local.get 1
      local.get 31
      i32.store offset=620
      local.get 1
      local.get 1
      i32.load offset=792
      i32.store offset=612
      local.get 1
      local.get 1
      i64.load offset=784
      i64.store offset=604 align=4
      local.get 1
      local.get 40
      i64.store offset=432
      local.get 1
      local.get 59
      i64.store offset=424
      local.get 1
      local.get 58
      i64.store offset=416
      local.get 1
      local.get 3
      i32.store8 offset=464
      local.get 1
      local.get 16
      i32.store8 offset=465
      local.get 1
      local.get 19
      i32.store8 offset=466
      local.get 1
      local.get 39
      i32.store8 offset=467
      local.get 1
      local.get 37
      i32.store offset=460
      local.get 1
      local.get 41
      i32.store offset=456
      local.get 1
      local.get 42
      i32.store offset=452
      local.get 1
      local.get 1
      i64.load offset=944
      i64.store offset=440
      local.get 1
      local.get 1
      i32.load offset=952
      i32.store offset=448
      local.get 1
      local.get 1
      i64.load offset=816
      i64.store offset=712
      local.get 1
      local.get 1
      i32.load offset=824
      i32.store offset=720
      local.get 1
      local.get 1
      i32.load offset=128
      i32.store offset=732
      local.get 1
      local.get 1
      i64.load offset=120
      i64.store offset=724 align=4
      local.get 1
      local.get 61
      i64.store offset=752
      local.get 1
      local.get 32
      i32.store offset=748
      local.get 1
      local.get 60
      i64.store offset=480
      local.get 1
      local.get 54
      i64.store offset=472
      local.get 1
      local.get 1
      i32.load offset=1000
      i32.store offset=768
      local.get 1
      local.get 1
      i64.load offset=992
      i64.store offset=760
      local.get 1
      local.get 17
      i32.store offset=780
      local.get 1
      local.get 52
      i32.store offset=776
      local.get 1
      local.get 2
      i32.store16 offset=774
      local.get 1
      local.get 4
      i32.store16 offset=772
      local.get 1
      local.get 69
      i32.store offset=704
      local.get 1
      local.get 51
      i32.store16 offset=702
      local.get 1
      local.get 50
      i32.store16 offset=700
      local.get 1
      local.get 85
      i64.store offset=692 align=4
      local.get 1
      local.get 5
      i32.store offset=688
      local.get 1
      local.get 55
      i64.store offset=680
      local.get 1
      local.get 1
      i32.load offset=384
      i32.store offset=744
      local.get 1
      local.get 1
      i64.load offset=376 align=4
      i64.store offset=736
      local.get 1
      local.get 87
      i64.store offset=496
      local.get 1
      local.get 86
      i64.store offset=488
      local.get 1
      local.get 1
      i32.load offset=396
      i32.store offset=808
      local.get 1
      local.get 1
      i64.load offset=388 align=4
      i64.store offset=800
      i32.const 2
      i32.const 66826
      i32.const 18
      call 0
      local.get 1
      i32.const 112
      i32.add
      local.get 1
      i32.load offset=608
      local.tee 4
      local.get 1
      i32.load offset=612
      local.tee 2
      call 17
      i32.const 3
      local.get 1
      i32.load offset=112
      local.get 1
      i32.load offset=116
      call 0
      local.get 1
      i32.const 104
      i32.add
      local.get 4
      local.get 2
      call 17
      local.get 1
      i32.load offset=104
      local.set 4
      block ;; label = @1
        block ;; label = @2
          block ;; label = @3
            block ;; label = @4
              block ;; label = @5
                block ;; label = @6
                  block ;; label = @7
                    block ;; label = @8
                      local.get 1
                      i32.load offset=108
                      local.tee 2
                      i32.const -27
                      i32.add
                      br_table 1 (;@7;) 5 (;@3;) 4 (;@4;) 5 (;@3;) 5 (;@3;) 2 (;@6;) 0 (;@8;)
                    end
                    block ;; label = @8
                      local.get 2
                      i32.const -5
                      i32.add
                      br_table 3 (;@5;) 0 (;@8;) 5 (;@3;)
                    end
                    block ;; label = @8
                      local.get 4
                      i32.load align=1
                      i32.const 1970496882
                      i32.xor
                      local.get 4
                      i32.const 4
                      i32.add
                      local.tee 2
                      i32.load16_u align=1
                      i32.const 25965
                      i32.xor
                      i32.or
                      i32.eqz
                      br_if 0 (;@8;)
                      local.get 4
                      i32.load align=1
                      i32.const 2004053601
                      i32.xor
                      local.get 2
                      i32.load16_u align=1
                      i32.const 29285
                      i32.xor
                      i32.or
                      br_if 5 (;@3;)
                      local.get 1
                      i64.const 4
                      i64.store offset=816
                      local.get 1
                      i32.const 1
                      i32.store offset=824
                      br 7 (;@1;)
                    end
                    local.get 1
                    i32.const 928
                    i32.add
                    i32.const 66844
                    i32.const 5
                    call 18
                    local.get 1
                    i32.const 1
                    i32.store8 offset=940
                    local.get 1
                    i32.const 0
                    i32.store16 offset=924
                    local.get 1
                    i32.const 65537
                    i32.store offset=920
                    local.get 1
                    i32.const -2147483648
                    i32.store offset=908
                    local.get 1
                    i32.const -2147483648
                    i32.store offset=896
                    local.get 1
                    i64.const 0
                    i64.store offset=888
                    local.get 1
                    i32.const 1
                    i32.store offset=880
                    local.get 1
                    i32.const 0
                    i32.store offset=872
                    local.get 1
                    i64.const 0
                    i64.store offset=816
                    br 6 (;@1;)
                  end
                  local.get 4
                  i64.load align=1
                  i64.const 8388366817930338662
                  i64.xor
                  local.get 4
                  i32.const 8
                  i32.add
                  i64.load align=1
                  i64.const 8391438853451361640
                  i64.xor
                  i64.or
                  local.get 4
                  i32.const 16
                  i32.add
                  i64.load align=1
                  i64.const 8243044666869575013
                  i64.xor
                  local.get 4
                  i32.const 19
                  i32.add
                  i64.load align=1
                  i64.const 8245935278387983220
                  i64.xor
                  i64.or
                  i64.or
                  i64.eqz
                  i32.eqz
                  br_if 3 (;@3;)
                  local.get 1
                  i32.const 1
                  i32.store offset=832
                  local.get 1
                  i64.const 6442450944
                  i64.store offset=824
                  local.get 1
                  i64.const 6
                  i64.store offset=816
                  br 5 (;@1;)
                end
                local.get 4
                i64.load align=1
                i64.const 8388366817930338662
                i64.xor
                local.get 4
                i32.const 8
                i32.add
                i64.load align=1
                i64.const 8029123624238853480
                i64.xor
                i64.or
                local.get 4
                i32.const 16
                i32.add
                i64.load align=1
                i64.const 7596565854463816819
                i64.xor
                local.get 4
                i32.const 24
                i32.add
                i64.load align=1
                i64.const 8245935278387980142
                i64.xor
                i64.or
                i64.or
                i64.eqz
                i32.eqz
                br_if 2 (;@3;)
                local.get 1
                i64.const 6
                i64.store offset=816
                local.get 1
                i64.const 2147483648
                i64.store offset=824
                br 4 (;@1;)
              end
              local.get 4
              i32.load align=1
              i32.const 1701209444
              i32.xor
              local.get 4
              i32.const 4
              i32.add
              i32.load8_u
              i32.const 114
              i32.xor
              i32.or
              i32.eqz
              br_if 2 (;@2;)
              br 1 (;@3;)
            end
            local.get 4
            i64.load align=1
            i64.const 8388366817930338662
            i64.xor
            local.get 4
            i32.const 8
            i32.add
            i64.load align=1
            i64.const 8246765113468595560
            i64.xor
            i64.or
            local.get 4
            i32.const 16
            i32.add
            i64.load align=1
            i64.const 8388285698929422959
            i64.xor
            local.get 4
            i32.const 21
            i32.add
            i64.load align=1
            i64.const 7959953107401861421
            i64.xor
            i64.or
            i64.or
            i64.eqz
            i32.eqz
            br_if 0 (;@3;)
            local.get 1
            i32.const 816
            i32.add
            i32.const 8
            i32.add
            i32.const 66765
            i32.const 14
            call 18
            local.get 1
            i32.const 836
            i32.add
            i32.const 66779
            i32.const 32
            call 18
            local.get 1
            i64.const 6
            i64.store offset=816
            local.get 1
            i32.const 429
            i32.store16 offset=848
            br 2 (;@1;)
          end
          local.get 1
          i32.const 0
          i32.store16 offset=932
          local.get 1
          i32.const 1
          i32.store offset=928
          local.get 1
          i32.const -2147483648
          i32.store offset=916
          local.get 1
          i32.const -2147483648
          i32.store offset=904
          local.get 1
          i64.const 250
          i64.store offset=896
          local.get 1
          i32.const 3
          i32.store offset=888
          local.get 1
          i32.const 0
          i32.store offset=880
          local.get 1
          i64.const 0
          i64.store offset=824
          local.get 1
          i64.const 2
          i64.store offset=816
          br 1 (;@1;)
        end
        local.get 1
        i64.const 1795000120000
        i64.store offset=848
        local.get 1
        i32.const 2
        i32.store16 offset=832
        local.get 1
        i32.const 0
        i32.store16 offset=824
        local.get 1
        i64.const 5
        i64.store offset=816
      end
      local.get 1
      i32.const 944
      i32.add
      local.get 1
      i32.const 416
      i32.add
      local.get 1
      i32.load offset=804
      local.tee 19
      local.get 1
      i32.load offset=808
      local.tee 20
      call 14
      local.get 1
      i32.const 120
      i32.add
      i32.const 176
      i32.add
      local.tee 16
      i32.const 66849
      i32.const 7
      call 18
      local.get 1
      i32.const 992
      i32.add
      i32.const 176
      i32.add
      local.tee 4
      i32.const 70021
      i32.const 5
      call 18
      local.get 1
      i32.const 992
      i32.add
      i32.const 128
      i32.add
      local.tee 2
      call 66
      local.get 1
      i32.const 992
      i32.add
      local.get 1
      i32.const 816
      i32.add
      i32.const 128
      memory.copy
      local.get 1
      i32.const 120
      i32.add
      local.get 1
      i32.const 816
      i32.add
      i32.const 128
      memory.copy
      local.get 1
      i32.const 120
      i32.add
      i32.const 128
      i32.add
      local.tee 3
      local.get 1
      i32.const 944
      i32.add
      i32.const 48
      memory.copy
      local.get 4
      i32.const 1
      i32.const 1
      call 9
      local.get 2
      call 13
      block ;; label = @1
        local.get 20
        i32.eqz
        br_if 0 (;@1;)
        i32.const 0
        local.set 17
        loop ;; label = @2
          local.get 19
          local.get 17
          i32.const 176
          i32.mul
          i32.add
          local.tee 4
          i32.const 16
          i32.add
          i32.const 1
          i32.const 1
          call 9
          local.get 4
          i32.const 28
          i32.add
          i32.const 1
          i32.const 1
          call 9
          local.get 4
          i32.const 40
          i32.add
          i32.const 1
          i32.const 1
          call 9
          local.get 4
          i32.const 52
          i32.add
          i32.const 1
          i32.const 1
          call 9
          block ;; label = @3
            local.get 4
            i32.load offset=64
            i32.const -2147483648
            i32.eq
            br_if 0 (;@3;)
            local.get 4
            i32.const 64
            i32.add
            i32.const 1
            i32.const 1
            call 9
          end
          local.get 4
          i32.const 128
          i32.add
          i32.const 1
          i32.const 1
          call 9
          local.get 4
          i32.const 140
          i32.add
          local.set 18
          block ;; label = @3
            local.get 4
            i32.const 148
            i32.add
            i32.load
            local.tee 2
            i32.eqz
            br_if 0 (;@3;)
            local.get 4
            i32.const 144
            i32.add
            i32.load
            local.set 4
            loop ;; label = @4
              local.get 4
              i32.const 1
              i32.const 1
              call 9
              local.get 4
              i32.const 12
              i32.add
              local.set 4
              local.get 2
              i32.const -1
              i32.add
              local.tee 2
              br_if 0 (;@4;)
            end
          end
          local.get 18
          i32.const 4
          i32.const 12
          call 9
          local.get 17
          i32.const 1
          i32.add
          local.tee 17
          local.get 20
          i32.ne
          br_if 0 (;@2;)
        end
      end
      local.get 1
      i32.const 800
      i32.add
      i32.const 8
      i32.const 176
      call 9
      local.get 1
      i32.const 416
      i32.add
      call 11
      local.get 0
      i32.const -4
      i32.add
      i32.load
      i32.const 352
      call 56
      local.get 0
      call 57
      local.get 1
      i32.load8_u offset=244
      local.set 51
      local.get 1
      i32.load8_u offset=237
      local.set 17
      local.get 1
      i32.load8_u offset=236
      local.set 18
      local.get 1
      i32.load16_u offset=234
      local.set 20
      local.get 1
      i32.load16_u offset=232
      local.set 19
      local.get 1
      i32.load16_u offset=230
      local.set 71
      local.get 1
      i32.load8_u offset=229
      local.set 53
      local.get 1
      i32.load8_u offset=228
      local.set 56
      local.get 1
      i32.load16_u offset=226
      local.set 52
      local.get 1
      i32.load16_u offset=224
      local.set 50
      local.get 1
      i32.load offset=220
      local.set 5
      local.get 1
      i64.load offset=212 align=4
      local.set 55
      local.get 1
      i32.load offset=208
      local.set 32
      local.get 1
      i64.load offset=200
      local.set 59
      local.get 1
      i32.load offset=188
      local.set 70
      local.get 1
      i32.load offset=184
      local.set 22
      local.get 1
      i64.load offset=168
      local.set 25
      local.get 1
      i64.load offset=160
      local.set 26
      local.get 1
      i64.load offset=152
      local.set 60
      local.get 1
      i64.load offset=144
      local.set 24
      local.get 1
      i64.load offset=136
      local.set 58
      local.get 1
      i64.load offset=128
      local.set 54
      local.get 1
      i64.load offset=176
      local.set 85
      local.get 1
      i64.load offset=192
      local.set 61
      local.get 1
      i64.load offset=120
      local.set 57
      local.get 1
      local.get 16
      i32.load offset=8
      i32.store offset=792
      local.get 1
      local.get 16
      i64.load align=4
      i64.store offset=784
      local.get 1
      local.get 3
      i64.load align=4
      i64.store offset=816
      local.get 1
      local.get 3
      i32.load offset=8
      i32.store offset=824
      local.get 1
      local.get 1
      i64.load offset=260 align=4
      i64.store offset=992
      local.get 1
      local.get 1
      i32.load offset=268
      i32.store offset=1000
      local.get 54
      i64.const 16
      i64.shr_u
      i32.wrap_i64
      local.set 16
      local.get 1
      i32.load offset=292
      local.set 0
      local.get 1
      i32.load offset=288
      local.set 4
      local.get 1
      i32.load offset=284
      local.set 21
      local.get 1
      i32.load offset=280
      local.set 33
      local.get 1
      i32.load offset=276
      local.set 3
      local.get 1
      i32.load offset=272
      local.set 2
      block ;; label = @1
        block ;; label = @2
          block ;; label = @3
            block ;; label = @4
              block ;; label = @5
                block ;; label = @6
                  block ;; label = @7
                    block ;; label = @8
                      block ;; label = @9
                        block ;; label = @10
                          block ;; label = @11
                            local.get 57
                            i32.wrap_i64
                            local.tee 69
                            i32.const -2
                            i32.add
                            i32.const 1
                            local.get 57
                            i64.const 1
                            i64.gt_u
                            select
                            br_table 1 (;@10;) 2 (;@9;) 3 (;@8;) 0 (;@11;) 8 (;@3;) 1 (;@10;)
                          end
                          i32.const 0
                          local.get 54
                          i64.store16 offset=71552
                          i32.const 0
                          i32.const 3
                          i32.store8 offset=71544
                          local.get 58
                          i32.wrap_i64
                          i32.const 65535
                          i32.and
                          br_table 3 (;@7;) 4 (;@6;) 5 (;@5;) 3 (;@7;)
                        end
                        local.get 61
                        i32.wrap_i64
                        local.set 16
                        i32.const 0
                        local.get 59
                        i64.store offset=71560
                        i32.const 0
                        local.get 20
                        i32.store16 offset=71554
                        i32.const 0
                        local.get 19
                        i32.store16 offset=71552
                        i32.const 0
                        i32.const 0
                        i32.store8 offset=71544
                        i32.const 0
                        local.set 20
                        block ;; label = @10
                          local.get 54
                          i32.wrap_i64
                          i32.const 1
                          i32.and
                          i32.eqz
                          br_if 0 (;@10;)
                          i32.const 0
                          local.get 85
                          i64.store offset=71616
                          i32.const 0
                          local.get 25
                          i64.store offset=71608
                          i32.const 0
                          local.get 26
                          i64.store offset=71600
                          i32.const 0
                          local.get 60
                          i64.store offset=71592
                          i32.const 0
                          local.get 24
                          i64.store offset=71584
                          i32.const 0
                          local.get 58
                          i64.store offset=71576
                          i32.const 1
                          local.set 20
                        end
                        i32.const 0
                        local.get 20
                        i32.store8 offset=71568
                        block ;; label = @10
                          block ;; label = @11
                            block ;; label = @12
                              block ;; label = @13
                                block ;; label = @14
                                  local.get 16
                                  br_table 0 (;@14;) 1 (;@13;) 2 (;@12;) 3 (;@11;) 0 (;@14;)
                                end
                                i32.const 0
                                i32.const 0
                                i32.store8 offset=71624
                                br 3 (;@10;)
                              end
                              i32.const 0
                              i32.const 1
                              i32.store8 offset=71624
                              br 2 (;@10;)
                            end
                            i32.const 0
                            local.get 61
                            i64.const 32
                            i64.shr_u
                            i32.wrap_i64
                            i32.store offset=71628
                            i32.const 0
                            i32.const 2
                            i32.store8 offset=71624
                            br 1 (;@10;)
                          end
                          i32.const 0
                          i32.const 3
                          i32.store8 offset=71624
                        end
                        i32.const 0
                        local.get 18
                        i32.const 1
                        i32.and
                        i32.store8 offset=71632
                        i32.const 0
                        local.set 18
                        block ;; label = @10
                          local.get 22
                          i32.const 1
                          i32.ne
                          br_if 0 (;@10;)
                          i32.const 0
                          local.get 70
                          i32.store offset=71640
                          i32.const 1
                          local.set 18
                        end
                        i32.const 0
                        local.get 18
                        i32.store8 offset=71636
                        block ;; label = @10
                          block ;; label = @11
                            local.get 32
                            i32.const -2147483648
                            i32.eq
                            br_if 0 (;@11;)
                            i32.const 0
                            i32.const 1
                            i32.store8 offset=71644
                            local.get 1
                            local.get 55
                            i64.store offset=420 align=4
                            local.get 1
                            local.get 32
                            i32.store offset=416
                            local.get 1
                            i32.const 56
                            i32.add
                            local.get 1
                            i32.const 416
                            i32.add
                            call 64
                            i32.const 0
                            local.get 1
                            i64.load offset=56
                            i64.store offset=71648
                            br 1 (;@10;)
                          end
                          i32.const 0
                          i32.const 0
                          i32.store8 offset=71644
                        end
                        block ;; label = @10
                          block ;; label = @11
                            local.get 5
                            i32.const -2147483648
                            i32.eq
                            br_if 0 (;@11;)
                            i32.const 0
                            i32.const 1
                            i32.store8 offset=71656
                            local.get 1
                            local.get 71
                            i32.store16 offset=426
                            local.get 1
                            local.get 53
                            i32.store8 offset=425
                            local.get 1
                            local.get 56
                            i32.store8 offset=424
                            local.get 1
                            local.get 52
                            i32.store16 offset=422
                            local.get 1
                            local.get 50
                            i32.store16 offset=420
                            local.get 1
                            local.get 5
                            i32.store offset=416
                            local.get 1
                            i32.const 48
                            i32.add
                            local.get 1
                            i32.const 416
                            i32.add
                            call 64
                            i32.const 0
                            local.get 1
                            i64.load offset=48
                            i64.store offset=71660 align=4
                            br 1 (;@10;)
                          end
                          i32.const 0
                          i32.const 0
                          i32.store8 offset=71656
                        end
                        i32.const 0
                        local.get 17
                        i32.store8 offset=71668
                        br 8 (;@1;)
                      end
                      i32.const 0
                      local.get 61
                      i64.store offset=71560
                      i32.const 0
                      local.get 52
                      i32.store16 offset=71554
                      i32.const 0
                      local.get 50
                      i32.store16 offset=71552
                      i32.const 0
                      i32.const 1
                      i32.store8 offset=71544
                      i32.const 0
                      local.set 16
                      block ;; label = @9
                        local.get 69
                        i32.const 1
                        i32.and
                        i32.eqz
                        br_if 0 (;@9;)
                        i32.const 0
                        local.get 25
                        i64.store offset=71616
                        i32.const 0
                        local.get 26
                        i64.store offset=71608
                        i32.const 0
                        local.get 60
                        i64.store offset=71600
                        i32.const 0
                        local.get 24
                        i64.store offset=71592
                        i32.const 0
                        local.get 58
                        i64.store offset=71584
                        i32.const 0
                        local.get 54
                        i64.store offset=71576
                        i32.const 1
                        local.set 16
                      end
                      i32.const 0
                      local.get 16
                      i32.store8 offset=71568
                      block ;; label = @9
                        block ;; label = @10
                          block ;; label = @11
                            block ;; label = @12
                              block ;; label = @13
                                local.get 22
                                br_table 0 (;@13;) 1 (;@12;) 2 (;@11;) 3 (;@10;) 0 (;@13;)
                              end
                              i32.const 0
                              i32.const 0
                              i32.store8 offset=71624
                              br 3 (;@9;)
                            end
                            i32.const 0
                            i32.const 1
                            i32.store8 offset=71624
                            br 2 (;@9;)
                          end
                          i32.const 0
                          local.get 70
                          i32.store offset=71628
                          i32.const 0
                          i32.const 2
                          i32.store8 offset=71624
                          br 1 (;@9;)
                        end
                        i32.const 0
                        i32.const 3
                        i32.store8 offset=71624
                      end
                      i32.const 0
                      local.get 56
                      i32.const 1
                      i32.and
                      i32.store8 offset=71632
                      i32.const 0
                      local.set 16
                      block ;; label = @9
                        local.get 85
                        i32.wrap_i64
                        i32.const 1
                        i32.and
                        i32.eqz
                        br_if 0 (;@9;)
                        i32.const 0
                        local.get 85
                        i64.const 32
                        i64.shr_u
                        i32.wrap_i64
                        i32.store offset=71640
                        i32.const 1
                        local.set 16
                      end
                      i32.const 0
                      local.get 16
                      i32.store8 offset=71636
                      block ;; label = @9
                        block ;; label = @10
                          local.get 59
                          i32.wrap_i64
                          i32.const -2147483648
                          i32.eq
                          br_if 0 (;@10;)
                          i32.const 0
                          i32.const 1
                          i32.store8 offset=71644
                          local.get 1
                          local.get 32
                          i32.store offset=424
                          local.get 1
                          local.get 59
                          i64.store offset=416
                          local.get 1
                          i32.const 80
                          i32.add
                          local.get 1
                          i32.const 416
                          i32.add
                          call 64
                          i32.const 0
                          local.get 1
                          i64.load offset=80
                          i64.store offset=71648
                          br 1 (;@9;)
                        end
                        i32.const 0
                        i32.const 0
                        i32.store8 offset=71644
                      end
                      local.get 1
                      i32.const 238
                      i32.add
                      local.set 16
                      block ;; label = @9
                        block ;; label = @10
                          local.get 55
                          i32.wrap_i64
                          i32.const -2147483648
                          i32.eq
                          br_if 0 (;@10;)
                          i32.const 0
                          i32.const 1
                          i32.store8 offset=71656
                          local.get 1
                          local.get 5
                          i32.store offset=424
                          local.get 1
                          local.get 55
                          i64.store offset=416
                          local.get 1
                          i32.const 72
                          i32.add
                          local.get 1
                          i32.const 416
                          i32.add
                          call 64
                          i32.const 0
                          local.get 1
                          i64.load offset=72
                          i64.store offset=71660 align=4
                          br 1 (;@9;)
                        end
                        i32.const 0
                        i32.const 0
                        i32.store8 offset=71656
                      end
                      i32.const 0
                      local.get 53
                      i32.store8 offset=71668
                      local.get 1
                      local.get 17
                      i32.store8 offset=421
                      local.get 1
                      local.get 18
                      i32.store8 offset=420
                      local.get 1
                      local.get 20
                      i32.store16 offset=418
                      local.get 1
                      local.get 19
                      i32.store16 offset=416
                      local.get 1
                      local.get 16
                      i32.load align=2
                      i32.store offset=422 align=2
                      local.get 1
                      local.get 16
                      i32.load16_u offset=4
                      i32.store16 offset=426
                      local.get 1
                      i32.const 64
                      i32.add
                      local.get 1
                      i32.const 416
                      i32.add
                      call 64
                      i32.const 0
                      local.get 51
                      i32.const 1
                      i32.and
                      i32.store8 offset=71680
                      i32.const 0
                      local.get 1
                      i64.load offset=64
                      i64.store offset=71672
                      br 7 (;@1;)
                    end
                    i32.const 0
                    i32.const 2
                    i32.store8 offset=71544
                    local.get 54
                    i32.wrap_i64
                    i32.const 1
                    i32.and
                    br_if 5 (;@2;)
                    i32.const 0
                    local.get 58
                    i64.store offset=71560
                    i32.const 0
                    i32.const 0
                    i32.store8 offset=71552
                    br 6 (;@1;)
                  end
                  i32.const 0
                  local.get 24
                  i64.store offset=71568
                  i32.const 0
                  i32.const 0
                  i32.store8 offset=71560
                  br 2 (;@4;)
                end
                i32.const 0
                i32.const 1
                i32.store8 offset=71560
                i32.const 0
                local.get 58
                i64.const 16
                i64.shr_u
                i64.store16 offset=71568
                br 1 (;@4;)
              end
              i32.const 0
              i32.const 2
              i32.store8 offset=71560
            end
            i32.const 0
            local.get 60
            i64.store offset=71576
            br 2 (;@1;)
          end
          local.get 54
          i64.const 32
          i64.shr_u
          i32.wrap_i64
          local.set 17
          i32.const 0
          i32.const 4
          i32.store8 offset=71544
          local.get 58
          i32.wrap_i64
          local.set 18
          block ;; label = @3
            local.get 16
            i32.const 16
            i32.shl
            local.get 54
            i32.wrap_i64
            i32.const 65535
            i32.and
            i32.or
            local.tee 20
            i32.const -2147483648
            i32.eq
            br_if 0 (;@3;)
            i32.const 0
            local.get 60
            i64.store16 offset=71556
            i32.const 0
            i32.const 1
            i32.store8 offset=71552
            local.get 1
            local.get 18
            i32.store offset=424
            local.get 1
            local.get 17
            i32.store offset=420
            local.get 1
            local.get 20
            i32.store offset=416
            local.get 1
            i32.const 96
            i32.add
            local.get 1
            i32.const 416
            i32.add
            call 64
            i32.const 0
            local.get 1
            i64.load offset=96
            i64.store offset=71560
            local.get 1
            local.get 24
            i64.store offset=420 align=4
            local.get 1
            local.get 58
            i64.const 32
            i64.shr_u
            i64.store32 offset=416
            local.get 1
            i32.const 88
            i32.add
            local.get 1
            i32.const 416
            i32.add
            call 64
            i32.const 0
            local.get 1
            i64.load offset=88
            i64.store offset=71568
            br 2 (;@1;)
          end
          i32.const 0
          i32.const 0
          i32.store8 offset=71552
          block ;; label = @3
            local.get 17
            i32.const 1
            i32.and
            i32.eqz
            br_if 0 (;@3;)
            i32.const 0
            local.get 18
            i32.store offset=71560
            i32.const 0
            i32.const 1
            i32.store8 offset=71556
            br 2 (;@1;)
          end
          i32.const 0
          i32.const 0
          i32.store8 offset=71556
          br 1 (;@1;)
        end
        i32.const 0
        local.get 16
        i32.store16 offset=71560
        i32.const 0
        i32.const 1
        i32.store8 offset=71552
      end
      local.get 1
      local.get 1
      i32.load offset=792
      i32.store offset=424
      local.get 1
      local.get 1
      i64.load offset=784
      i64.store offset=416
      local.get 1
      i32.const 40
      i32.add
      local.get 1
      i32.const 416
      i32.add
      call 64
      i32.const 0
      local.set 20
      i32.const 0
      local.get 1
      i64.load offset=40
      i64.store offset=71688
      local.get 1
      local.get 1
      i32.load offset=824
      i32.store offset=424
      local.get 1
      local.get 1
      i64.load offset=816
      i64.store offset=416
      local.get 1
      i32.const 32
      i32.add
      local.get 1
      i32.const 416
      i32.add
      call 64
      i32.const 0
      local.get 1
      i64.load offset=32
      i64.store offset=71696
      local.get 1
      local.get 1
      i32.load offset=1000
      i32.store offset=424
      local.get 1
      local.get 1
      i64.load offset=992
      i64.store offset=416
      local.get 1
      i32.const 24
      i32.add
      local.get 1
      i32.const 416
      i32.add
      call 64
      i32.const 0
      local.get 1
      i64.load offset=24
      i64.store offset=71704
      local.get 1
      i32.const 416
      i32.add
      local.get 33
      i32.const 12
      i32.mul
      call 67
      local.get 1
      i32.load offset=416
      local.set 32
      local.get 1
      local.get 3
      local.get 33
      i32.const 4
      i32.shl
      local.tee 5
      i32.add
      local.tee 22
      i32.store offset=428
      local.get 1
      local.get 2
      i32.store offset=424
      local.get 1
      local.get 3
      i32.store offset=416
      i32.const 0
      local.set 19
      block ;; label = @1
        local.get 33
        i32.eqz
        br_if 0 (;@1;)
        local.get 32
        local.set 2
        i32.const 0
        local.set 17
        block ;; label = @2
          loop ;; label = @3
            local.get 3
            local.get 17
            i32.add
            local.tee 18
            i32.const 4
            i32.add
            i32.load
            local.tee 16
            i32.const -2147483648
            i32.eq
            br_if 1 (;@2;)
            local.get 18
            i32.const 8
            i32.add
            i64.load align=4
            local.set 54
            local.get 2
            local.get 18
            i32.load
            i32.store16
            local.get 1
            local.get 54
            i64.store offset=948 align=4
            local.get 1
            local.get 16
            i32.store offset=944
            local.get 1
            i32.const 16
            i32.add
            local.get 1
            i32.const 944
            i32.add
            call 64
            local.get 2
            i32.const 4
            i32.add
            local.get 1
            i64.load offset=16
            i64.store align=4
            local.get 2
            i32.const 12
            i32.add
            local.set 2
            local.get 19
            i32.const 1
            i32.add
            local.set 19
            local.get 5
            local.get 17
            i32.const 16
            i32.add
            local.tee 17
            i32.ne
            br_if 0 (;@3;)
          end
          local.get 22
          local.set 3
          br 1 (;@1;)
        end
        local.get 18
        i32.const 16
        i32.add
        local.set 3
      end
      local.get 1
      local.get 19
      i32.store offset=432
      local.get 1
      local.get 3
      i32.store offset=420
      local.get 1
      i32.const 416
      i32.add
      call 10
      i32.const 0
      local.get 33
      i32.store offset=71716
      i32.const 0
      local.get 32
      i32.store offset=71712
      local.get 1
      i32.const 416
      i32.add
      local.get 0
      i32.const 4
      i32.shl
      call 67
      local.get 1
      i32.load offset=416
      local.set 19
      local.get 1
      local.get 4
      local.get 0
      i32.const 24
      i32.mul
      i32.add
      local.tee 18
      i32.store offset=428
      local.get 1
      local.get 21
      i32.store offset=424
      local.get 1
      local.get 4
      i32.store offset=416
      block ;; label = @1
        local.get 0
        i32.eqz
        br_if 0 (;@1;)
        i32.const 0
        local.set 20
        local.get 19
        local.set 2
        block ;; label = @2
          loop ;; label = @3
            local.get 4
            i32.load
            local.tee 17
            i32.const -2147483648
            i32.eq
            br_if 1 (;@2;)
            local.get 4
            i32.const 4
            i32.add
            i64.load align=4
            local.set 54
            local.get 1
            local.get 4
            i32.const 20
            i32.add
            i32.load
            i32.store offset=952
            local.get 1
            local.get 4
            i32.const 12
            i32.add
            i64.load align=4
            i64.store offset=944
            local.get 1
            local.get 54
            i64.store offset=804 align=4
            local.get 1
            local.get 17
            i32.store offset=800
            local.get 1
            i32.const 8
            i32.add
            local.get 1
            i32.const 800
            i32.add
            call 64
            local.get 2
            local.get 1
            i64.load offset=8
            i64.store align=4
            local.get 1
            local.get 1
            i32.const 944
            i32.add
            call 64
            local.get 2
            i32.const 8
            i32.add
            local.get 1
            i64.load
            i64.store align=4
            local.get 2
            i32.const 16
            i32.add
            local.set 2
            local.get 20
            i32.const 1
            i32.add
            local.set 20
            local.get 4
            i32.const 24
            i32.add
            local.tee 4
            local.get 18
            i32.ne
            br_if 0 (;@3;)
          end
          local.get 18
          local.set 4
          br 1 (;@1;)
        end
        local.get 4
        i32.const 24
        i32.add
        local.set 4
      end
      local.get 1
      local.get 20
      i32.store offset=432
      local.get 1
      local.get 4
      i32.store offset=420
      local.get 1
      i32.const 416
      i32.add
      call 8
      i32.const 0
      local.get 0
      i32.store offset=71724
      i32.const 0
      local.get 19
      i32.store offset=71720
      local.get 1
      i32.const 1184
      i32.add
      global.set 0
      i32.const 71544
    )
    (func (;66;) (type 5) (param i32)
      local.get 0
      i32.const 69992
      i32.const 5
      call 18
      local.get 0
      i32.const 12
      i32.add
      i32.const 69997
      i32.const 24
      call 18
      local.get 0
      i64.const 4
      i64.store offset=40 align=4
      local.get 0
      i64.const 0
      i64.store offset=32 align=4
      local.get 0
      i64.const 17179869184
      i64.store offset=24 align=4
    )
    (func (;67;) (type 2) (param i32 i32)
      (local i32)
      block ;; label = @1
        local.get 1
        br_if 0 (;@1;)
        local.get 0
        i64.const 0
        i64.store align=4
        return
      end
      block ;; label = @1
        local.get 1
        call 15
        local.tee 2
        i32.eqz
        br_if 0 (;@1;)
        local.get 0
        local.get 2
        i32.store offset=12
        local.get 0
        local.get 1
        i32.store offset=8
        local.get 0
        i32.const 4
        i32.store offset=4
        local.get 0
        local.get 2
        i32.store
        return
      end
      i32.const 4
      local.get 1
      call 22
      unreachable
    )
    (func (;68;) (type 8) (param i32) (result i32)
      (local i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i64 i64 i64 i32 i64 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i64 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i64 i64 i32 i64 i64 i64 i64 i64 i64 i64 i64)
      global.get 0
      i32.const 1056
      i32.sub
      local.tee 1
      global.set 0
      i32.const 0
      local.set 2
      block ;; label = @1
        i32.const 0
        i32.load8_u offset=72197
        br_if 0 (;@1;)
        call 1
        i32.const 0
        i32.const 1
        i32.store8 offset=72197
      end
      local.get 0
      i32.load offset=44
      local.tee 3
      i32.const 12
      i32.mul
      local.set 4
      block ;; label = @1
        block ;; label = @2
          local.get 3
          i32.const 178956970
          i32.gt_u
          br_if 0 (;@2;)
          local.get 0
          i32.load offset=40
          local.set 5
          local.get 0
          i32.load8_u offset=36
          local.set 6
          local.get 0
          i32.load offset=32
          local.set 7
          local.get 0
          i32.load offset=28
          local.set 8
          local.get 0
          i32.load8_u offset=24
          local.set 9
          local.get 0
          i32.load offset=20
          local.set 10
          local.get 0
          i32.load offset=16
          local.set 11
          local.get 0
          i32.load offset=12
          local.set 12
          local.get 0
          i32.load offset=8
          local.set 13
          local.get 0
          i32.load offset=4
          local.set 14
          local.get 0
          i32.load
          local.set 15
          block ;; label = @3
            local.get 4
            br_if 0 (;@3;)
            i32.const 4
            local.set 16
            i32.const 0
            local.set 2
            br 2 (;@1;)
          end
          local.get 3
          local.set 2
          local.get 4
          call 15
          local.tee 16
          br_if 1 (;@1;)
          i32.const 4
          local.set 2
        end
        local.get 2
        local.get 4
        call 16
        unreachable
      end
      local.get 1
      i32.const 0
      i32.store offset=288
      local.get 1
      local.get 16
      i32.store offset=284
      local.get 1
      local.get 2
      i32.store offset=280
      block ;; label = @1
        local.get 3
        i32.eqz
        br_if 0 (;@1;)
        i32.const 0
        local.set 4
        i32.const 8
        local.set 17
        local.get 5
        local.set 2
        loop ;; label = @2
          local.get 2
          i32.const 4
          i32.add
          i32.load
          local.set 18
          local.get 2
          i32.load
          local.set 19
          block ;; label = @3
            local.get 4
            local.get 1
            i32.load offset=280
            i32.ne
            br_if 0 (;@3;)
            local.get 1
            i32.const 280
            i32.add
            call 23
            local.get 1
            i32.load offset=284
            local.set 16
          end
          local.get 16
          local.get 17
          i32.add
          local.tee 20
          local.get 18
          i32.store
          local.get 20
          i32.const -4
          i32.add
          local.get 19
          i32.store
          local.get 20
          i32.const -8
          i32.add
          local.get 18
          i32.store
          local.get 1
          local.get 4
          i32.const 1
          i32.add
          local.tee 4
          i32.store offset=288
          local.get 17
          i32.const 12
          i32.add
          local.set 17
          local.get 2
          i32.const 8
          i32.add
          local.set 2
          local.get 3
          local.get 4
          i32.ne
          br_if 0 (;@2;)
        end
        local.get 5
        i32.const -4
        i32.add
        i32.load
        local.get 3
        i32.const 3
        i32.shl
        call 56
        local.get 5
        call 57
      end
      local.get 0
      i32.load offset=112
      local.tee 21
      i32.const 36
      i32.mul
      local.set 4
      block ;; label = @1
        block ;; label = @2
          block ;; label = @3
            local.get 21
            i32.const 59652323
            i32.le_u
            br_if 0 (;@3;)
            i32.const 0
            local.set 1
            br 1 (;@2;)
          end
          local.get 0
          i32.load offset=108
          local.set 22
          local.get 0
          i32.load offset=104
          local.set 23
          local.get 0
          i64.load offset=96
          local.set 24
          local.get 0
          i64.load offset=88
          local.set 25
          local.get 0
          i64.load offset=80
          local.set 26
          local.get 0
          i32.load16_u offset=72
          local.set 27
          local.get 0
          i64.load offset=64
          local.set 28
          local.get 0
          i32.load8_u offset=56
          local.set 29
          local.get 0
          i32.load8_u offset=52
          local.set 30
          local.get 0
          i32.load offset=48
          local.set 31
          block ;; label = @3
            local.get 4
            br_if 0 (;@3;)
            i32.const 4
            local.set 32
            i32.const 0
            local.set 2
            br 2 (;@1;)
          end
          local.get 21
          local.set 2
          local.get 4
          call 15
          local.tee 32
          br_if 1 (;@1;)
          i32.const 4
          local.set 1
        end
        local.get 1
        local.get 4
        call 16
        unreachable
      end
      local.get 1
      i32.const 0
      i32.store offset=300
      local.get 1
      local.get 32
      i32.store offset=296
      local.get 1
      local.get 2
      i32.store offset=292
      block ;; label = @1
        local.get 21
        i32.eqz
        br_if 0 (;@1;)
        i32.const 0
        local.set 17
        i32.const 0
        local.set 18
        i32.const 0
        local.set 2
        loop ;; label = @2
          local.get 22
          local.get 18
          i32.add
          local.tee 4
          i32.load
          local.set 3
          local.get 4
          i32.const 20
          i32.add
          i32.load
          local.set 20
          local.get 4
          i32.const 16
          i32.add
          i32.load
          local.set 5
          local.get 4
          i32.const 12
          i32.add
          i32.load
          local.set 19
          local.get 4
          i32.const 8
          i32.add
          i32.load
          local.set 33
          local.get 4
          i32.const 4
          i32.add
          i32.load
          local.set 16
          block ;; label = @3
            local.get 2
            local.get 1
            i32.load offset=292
            i32.ne
            br_if 0 (;@3;)
            local.get 1
            i32.const 292
            i32.add
            call 29
            local.get 1
            i32.load offset=296
            local.set 32
          end
          local.get 32
          local.get 17
          i32.add
          local.tee 4
          local.get 16
          i32.store
          local.get 4
          i32.const 32
          i32.add
          local.get 20
          i32.store
          local.get 4
          i32.const 28
          i32.add
          local.get 5
          i32.store
          local.get 4
          i32.const 24
          i32.add
          local.get 20
          i32.store
          local.get 4
          i32.const 20
          i32.add
          local.get 19
          i32.store
          local.get 4
          i32.const 16
          i32.add
          local.get 33
          i32.store
          local.get 4
          i32.const 12
          i32.add
          local.get 19
          i32.store
          local.get 4
          i32.const 8
          i32.add
          local.get 16
          i32.store
          local.get 4
          i32.const 4
          i32.add
          local.get 3
          i32.store
          local.get 1
          local.get 2
          i32.const 1
          i32.add
          local.tee 2
          i32.store offset=300
          local.get 17
          i32.const 36
          i32.add
          local.set 17
          local.get 18
          i32.const 24
          i32.add
          local.set 18
          local.get 21
          local.get 2
          i32.ne
          br_if 0 (;@2;)
        end
        local.get 22
        i32.const -4
        i32.add
        i32.load
        local.get 21
        i32.const 24
        i32.mul
        call 56
        local.get 22
        call 57
      end
      local.get 0
      i32.load offset=212
      local.tee 3
      i32.const 12
      i32.mul
      local.set 4
      block ;; label = @1
        block ;; label = @2
          block ;; label = @3
            local.get 3
            i32.const 178956970
            i32.le_u
            br_if 0 (;@3;)
            i32.const 0
            local.set 1
            br 1 (;@2;)
          end
          local.get 0
          i32.load offset=208
          local.set 5
          local.get 0
          i32.load8_u offset=206
          local.set 34
          local.get 0
          i32.load8_u offset=205
          local.set 35
          local.get 0
          i32.load8_u offset=204
          local.set 36
          local.get 0
          i32.load offset=200
          local.set 37
          local.get 0
          i32.load8_u offset=184
          local.set 38
          local.get 0
          i32.load8_u offset=176
          local.set 39
          local.get 0
          i64.load offset=168
          local.set 40
          local.get 0
          i32.load offset=164
          local.set 41
          local.get 0
          i32.load offset=160
          local.set 42
          local.get 0
          i32.load8_u offset=144
          local.set 43
          local.get 0
          i32.load offset=140
          local.set 44
          local.get 0
          i32.load offset=136
          local.set 45
          local.get 0
          i32.load offset=132
          local.set 46
          local.get 0
          i32.load offset=128
          local.set 47
          local.get 0
          i32.load offset=124
          local.set 48
          local.get 0
          i32.load offset=120
          local.set 49
          block ;; label = @3
            local.get 4
            br_if 0 (;@3;)
            i32.const 4
            local.set 16
            i32.const 0
            local.set 2
            br 2 (;@1;)
          end
          local.get 3
          local.set 2
          local.get 4
          call 15
          local.tee 16
          br_if 1 (;@1;)
          i32.const 4
          local.set 1
        end
        local.get 1
        local.get 4
        call 16
        unreachable
      end
      local.get 1
      i32.const 0
      i32.store offset=312
      local.get 1
      local.get 16
      i32.store offset=308
      local.get 1
      local.get 2
      i32.store offset=304
      block ;; label = @1
        local.get 3
        i32.eqz
        br_if 0 (;@1;)
        i32.const 0
        local.set 4
        i32.const 8
        local.set 17
        local.get 5
        local.set 2
        loop ;; label = @2
          local.get 2
          i32.const 4
          i32.add
          i32.load
          local.set 18
          local.get 2
          i32.load
          local.set 19
          block ;; label = @3
            local.get 4
            local.get 1
            i32.load offset=304
            i32.ne
            br_if 0 (;@3;)
            local.get 1
            i32.const 304
            i32.add
            call 23
            local.get 1
            i32.load offset=308
            local.set 16
          end
          local.get 16
          local.get 17
          i32.add
          local.tee 20
          local.get 18
          i32.store
          local.get 20
          i32.const -4
          i32.add
          local.get 19
          i32.store
          local.get 20
          i32.const -8
          i32.add
          local.get 18
          i32.store
          local.get 1
          local.get 4
          i32.const 1
          i32.add
          local.tee 4
          i32.store offset=312
          local.get 17
          i32.const 12
          i32.add
          local.set 17
          local.get 2
          i32.const 8
          i32.add
          local.set 2
          local.get 3
          local.get 4
          i32.ne
          br_if 0 (;@2;)
        end
        local.get 5
        i32.const -4
        i32.add
        i32.load
        local.get 3
        i32.const 3
        i32.shl
        call 56
        local.get 5
        call 57
      end
      local.get 0
      i32.load offset=220
      local.tee 50
      i32.const 96
      i32.mul
      local.set 4
      block ;; label = @1
        block ;; label = @2
          block ;; label = @3
            local.get 50
            i32.const 22369621
            i32.le_u
            br_if 0 (;@3;)
            i32.const 0
            local.set 1
            br 1 (;@2;)
          end
          local.get 0
          i32.load offset=216
          local.set 51
          block ;; label = @3
            local.get 4
            br_if 0 (;@3;)
            i32.const 8
            local.set 52
            i32.const 0
            local.set 2
            br 2 (;@1;)
          end
          local.get 50
          local.set 2
          local.get 4
          call 15
          local.tee 52
          br_if 1 (;@1;)
          i32.const 8
          local.set 1
        end
        local.get 1
        local.get 4
        call 16
        unreachable
      end
      local.get 1
      i32.const 0
      i32.store offset=324
      local.get 1
      local.get 52
      i32.store offset=320
      local.get 1
      local.get 2
      i32.store offset=316
      block ;; label = @1
        local.get 50
        i32.eqz
        br_if 0 (;@1;)
        i32.const 0
        local.set 17
        i32.const 0
        local.set 18
        i32.const 0
        local.set 2
        loop ;; label = @2
          local.get 51
          local.get 18
          i32.add
          local.tee 4
          i32.const 56
          i32.add
          local.set 20
          local.get 4
          i32.const 48
          i32.add
          local.set 19
          local.get 4
          i32.const 40
          i32.add
          local.set 16
          local.get 4
          i32.const 32
          i32.add
          local.set 3
          local.get 4
          i32.const 24
          i32.add
          local.set 5
          local.get 4
          i32.const 20
          i32.add
          local.set 33
          local.get 4
          i32.const 16
          i32.add
          local.set 32
          local.get 4
          i32.const 12
          i32.add
          local.set 21
          local.get 4
          i32.const 8
          i32.add
          local.set 22
          local.get 4
          i32.const 4
          i32.add
          local.set 53
          block ;; label = @3
            block ;; label = @4
              local.get 4
              i32.const 64
              i32.add
              i32.load8_u
              br_if 0 (;@4;)
              i64.const 0
              local.set 54
              br 1 (;@3;)
            end
            local.get 4
            i32.const 72
            i32.add
            i64.load
            local.set 55
            i64.const 1
            local.set 54
          end
          local.get 4
          i32.load
          local.set 56
          local.get 20
          i64.load
          local.set 57
          local.get 19
          i64.load
          local.set 58
          local.get 16
          i64.load
          local.set 59
          local.get 3
          i64.load
          local.set 60
          local.get 5
          i64.load
          local.set 61
          local.get 33
          i32.load
          local.set 20
          local.get 32
          i32.load
          local.set 3
          local.get 21
          i32.load
          local.set 19
          local.get 22
          i32.load
          local.set 5
          local.get 53
          i32.load
          local.set 16
          block ;; label = @3
            local.get 2
            local.get 1
            i32.load offset=316
            i32.ne
            br_if 0 (;@3;)
            local.get 1
            i32.const 316
            i32.add
            call 27
            local.get 1
            i32.load offset=320
            local.set 52
          end
          local.get 52
          local.get 17
          i32.add
          local.tee 4
          local.get 54
          i64.store
          local.get 4
          i32.const 88
          i32.add
          local.get 20
          i32.store
          local.get 4
          i32.const 84
          i32.add
          local.get 3
          i32.store
          local.get 4
          i32.const 80
          i32.add
          local.get 20
          i32.store
          local.get 4
          i32.const 76
          i32.add
          local.get 19
          i32.store
          local.get 4
          i32.const 72
          i32.add
          local.get 5
          i32.store
          local.get 4
          i32.const 68
          i32.add
          local.get 19
          i32.store
          local.get 4
          i32.const 64
          i32.add
          local.get 16
          i32.store
          local.get 4
          i32.const 60
          i32.add
          local.get 56
          i32.store
          local.get 4
          i32.const 56
          i32.add
          local.get 16
          i32.store
          local.get 4
          i32.const 48
          i32.add
          local.get 57
          i64.store
          local.get 4
          i32.const 40
          i32.add
          local.get 58
          i64.store
          local.get 4
          i32.const 32
          i32.add
          local.get 59
          i64.store
          local.get 4
          i32.const 24
          i32.add
          local.get 60
          i64.store
          local.get 4
          i32.const 16
          i32.add
          local.get 61
          i64.store
          local.get 4
          i32.const 8
          i32.add
          local.get 55
          i64.store
          local.get 1
          local.get 2
          i32.const 1
          i32.add
          local.tee 2
          i32.store offset=324
          local.get 17
          i32.const 96
          i32.add
          local.set 17
          local.get 18
          i32.const 80
          i32.add
          local.set 18
          local.get 50
          local.get 2
          i32.ne
          br_if 0 (;@2;)
        end
        local.get 51
        i32.const -4
        i32.add
        i32.load
        local.get 50
        i32.const 80
        i32.mul
        call 56
        local.get 51
        call 57
      end
      local.get 0
      i32.load offset=228
      local.tee 50
      i32.const 80
      i32.mul
      local.set 4
      block ;; label = @1
        block ;; label = @2
          block ;; label = @3
            local.get 50
            i32.const 26843545
            i32.le_u
            br_if 0 (;@3;)
            i32.const 0
            local.set 1
            br 1 (;@2;)
          end
          local.get 0
          i32.load offset=224
          local.set 51
          block ;; label = @3
            local.get 4
            br_if 0 (;@3;)
            i32.const 8
            local.set 52
            i32.const 0
            local.set 2
            br 2 (;@1;)
          end
          local.get 50
          local.set 2
          local.get 4
          call 15
          local.tee 52
          br_if 1 (;@1;)
          i32.const 8
          local.set 1
        end
        local.get 1
        local.get 4
        call 16
        unreachable
      end
      local.get 1
      i32.const 0
      i32.store offset=336
      local.get 1
      local.get 52
      i32.store offset=332
      local.get 1
      local.get 2
      i32.store offset=328
      block ;; label = @1
        local.get 50
        i32.eqz
        br_if 0 (;@1;)
        i32.const 0
        local.set 2
        i32.const 0
        local.set 17
        loop ;; label = @2
          local.get 51
          local.get 2
          i32.add
          local.tee 4
          i32.load8_u
          local.set 18
          local.get 4
          i32.const 72
          i32.add
          local.set 20
          local.get 4
          i32.const 64
          i32.add
          local.set 19
          local.get 4
          i32.const 60
          i32.add
          local.set 16
          local.get 4
          i32.const 56
          i32.add
          local.set 3
          local.get 4
          i32.const 52
          i32.add
          local.set 5
          local.get 4
          i32.const 48
          i32.add
          local.set 33
          local.get 4
          i32.const 40
          i32.add
          local.set 32
          local.get 4
          i32.const 32
          i32.add
          local.set 21
          local.get 4
          i32.const 28
          i32.add
          local.set 22
          local.get 4
          i32.const 24
          i32.add
          local.set 53
          local.get 4
          i32.const 1
          i32.add
          local.set 56
          block ;; label = @3
            block ;; label = @4
              local.get 4
              i32.const 8
              i32.add
              i32.load8_u
              br_if 0 (;@4;)
              i64.const 0
              local.set 60
              br 1 (;@3;)
            end
            local.get 4
            i32.const 16
            i32.add
            i64.load
            local.set 61
            i64.const 1
            local.set 60
          end
          local.get 20
          i64.load
          local.set 54
          local.get 19
          i64.load
          local.set 57
          local.get 16
          i32.load
          local.set 20
          local.get 3
          i32.load
          local.set 19
          local.get 5
          i32.load
          local.set 16
          local.get 33
          i32.load
          local.set 3
          local.get 32
          i64.load
          local.set 58
          local.get 21
          i64.load
          local.set 59
          local.get 22
          i32.load16_u
          local.set 5
          local.get 53
          i32.load
          local.set 33
          local.get 56
          i32.load8_u
          local.set 32
          local.get 18
          i32.const 255
          i32.and
          i32.const 0
          i32.ne
          local.set 18
          block ;; label = @3
            local.get 17
            local.get 1
            i32.load offset=328
            i32.ne
            br_if 0 (;@3;)
            local.get 1
            i32.const 328
            i32.add
            call 26
            local.get 1
            i32.load offset=332
            local.set 52
          end
          local.get 52
          local.get 2
          i32.add
          local.tee 4
          local.get 18
          i32.store8
          local.get 4
          i32.const 72
          i32.add
          local.get 54
          i64.store
          local.get 4
          i32.const 64
          i32.add
          local.get 57
          i64.store
          local.get 4
          i32.const 60
          i32.add
          local.get 20
          i32.store
          local.get 4
          i32.const 56
          i32.add
          local.get 19
          i32.store
          local.get 4
          i32.const 52
          i32.add
          local.get 16
          i32.store
          local.get 4
          i32.const 48
          i32.add
          local.get 3
          i32.store
          local.get 4
          i32.const 40
          i32.add
          local.get 58
          i64.store
          local.get 4
          i32.const 32
          i32.add
          local.get 59
          i64.store
          local.get 4
          i32.const 28
          i32.add
          local.get 5
          i32.store16
          local.get 4
          i32.const 24
          i32.add
          local.get 33
          i32.store
          local.get 4
          i32.const 16
          i32.add
          local.get 61
          i64.store
          local.get 4
          i32.const 8
          i32.add
          local.get 60
          i64.store
          local.get 4
          i32.const 1
          i32.add
          local.get 32
          i32.store8
          local.get 1
          local.get 17
          i32.const 1
          i32.add
          local.tee 17
          i32.store offset=336
          local.get 2
          i32.const 80
          i32.add
          local.set 2
          local.get 50
          local.get 17
          i32.ne
          br_if 0 (;@2;)
        end
        local.get 51
        i32.const -4
        i32.add
        i32.load
        local.get 50
        i32.const 80
        i32.mul
        call 56
        local.get 51
        call 57
      end
      local.get 0
      i32.load offset=324
      local.tee 16
      i32.const 3
      i32.shl
      local.set 5
      i32.const 0
      local.set 4
      block ;; label = @1
        block ;; label = @2
          local.get 16
          i32.const 536870911
          i32.gt_u
          br_if 0 (;@2;)
          local.get 5
          i32.const 2147483644
          i32.gt_u
          br_if 0 (;@2;)
          local.get 0
          i32.load offset=320
          local.set 3
          local.get 0
          i32.load8_u offset=280
          local.set 22
          local.get 0
          i32.load8_u offset=248
          local.set 32
          local.get 0
          i32.load8_u offset=232
          local.set 21
          block ;; label = @3
            local.get 5
            br_if 0 (;@3;)
            i32.const 4
            local.set 19
            i32.const 0
            local.set 4
            br 2 (;@1;)
          end
          local.get 16
          local.set 4
          local.get 5
          call 15
          local.tee 19
          br_if 1 (;@1;)
          i32.const 4
          local.set 4
        end
        local.get 4
        local.get 5
        call 16
        unreachable
      end
      local.get 1
      i32.const 0
      i32.store offset=348
      local.get 1
      local.get 19
      i32.store offset=344
      local.get 1
      local.get 4
      i32.store offset=340
      block ;; label = @1
        local.get 16
        i32.eqz
        br_if 0 (;@1;)
        i32.const 0
        local.set 4
        i32.const 0
        local.set 2
        loop ;; label = @2
          local.get 3
          local.get 4
          i32.add
          local.tee 17
          i32.load
          local.set 18
          local.get 17
          i32.const 4
          i32.add
          i32.load8_u
          local.set 17
          block ;; label = @3
            local.get 2
            local.get 1
            i32.load offset=340
            i32.ne
            br_if 0 (;@3;)
            local.get 1
            i32.const 340
            i32.add
            call 25
            local.get 1
            i32.load offset=344
            local.set 19
          end
          local.get 19
          local.get 4
          i32.add
          local.tee 20
          local.get 18
          i32.store
          local.get 20
          i32.const 4
          i32.add
          local.get 17
          i32.const 255
          i32.and
          i32.const 0
          i32.ne
          i32.store8
          local.get 1
          local.get 2
          i32.const 1
          i32.add
          local.tee 2
          i32.store offset=348
          local.get 4
          i32.const 8
          i32.add
          local.set 4
          local.get 16
          local.get 2
          i32.ne
          br_if 0 (;@2;)
        end
        local.get 5
        i32.eqz
        br_if 0 (;@1;)
        local.get 3
        i32.const -4
        i32.add
        i32.load
        local.get 5
        call 56
        local.get 3
        call 57
      end
      i32.const 0
      local.set 33
      block ;; label = @1
        block ;; label = @2
          local.get 9
          i32.const 255
          i32.and
          br_if 0 (;@2;)
          i32.const 0
          local.set 53
          br 1 (;@1;)
        end
        local.get 0
        i32.load16_u offset=26
        local.set 56
        i32.const 1
        local.set 53
      end
      block ;; label = @1
        block ;; label = @2
          local.get 29
          i32.const 255
          i32.and
          br_if 0 (;@2;)
          br 1 (;@1;)
        end
        local.get 0
        i32.load offset=60
        local.set 52
        i32.const 1
        local.set 33
      end
      local.get 0
      i32.load8_u offset=328
      local.set 50
      local.get 1
      local.get 1
      i32.load offset=300
      i32.store offset=728
      local.get 1
      local.get 1
      i64.load offset=292 align=4
      i64.store offset=720
      local.get 1
      local.get 1
      i64.load offset=280 align=4
      i64.store offset=736
      local.get 1
      local.get 1
      i32.load offset=288
      i32.store offset=744
      block ;; label = @1
        block ;; label = @2
          local.get 43
          i32.const 255
          i32.and
          br_if 0 (;@2;)
          i32.const -2147483648
          local.set 51
          br 1 (;@1;)
        end
        local.get 0
        i32.load offset=152
        local.tee 51
        i64.extend_i32_u
        i64.const 32
        i64.shl
        local.get 0
        i64.load32_u offset=148
        i64.or
        local.set 57
      end
      i64.const 0
      local.set 54
      block ;; label = @1
        block ;; label = @2
          local.get 38
          i32.const 255
          i32.and
          br_if 0 (;@2;)
          i64.const 0
          local.set 58
          br 1 (;@1;)
        end
        local.get 0
        i64.load offset=192
        local.set 59
        i64.const 1
        local.set 58
      end
      local.get 1
      local.get 1
      i32.load offset=312
      i32.store offset=872
      local.get 1
      local.get 1
      i64.load offset=304 align=4
      i64.store offset=864
      local.get 1
      local.get 1
      i32.load offset=324
      i32.store offset=760
      local.get 1
      local.get 1
      i64.load offset=316 align=4
      i64.store offset=752
      local.get 1
      local.get 1
      i32.load offset=336
      i32.store offset=112
      local.get 1
      local.get 1
      i64.load offset=328 align=4
      i64.store offset=104
      block ;; label = @1
        block ;; label = @2
          local.get 21
          i32.const 255
          i32.and
          br_if 0 (;@2;)
          br 1 (;@1;)
        end
        local.get 0
        i64.load offset=240
        local.set 60
        i64.const 1
        local.set 54
      end
      i32.const -2147483648
      local.set 5
      block ;; label = @1
        block ;; label = @2
          local.get 32
          i32.const 255
          i32.and
          br_if 0 (;@2;)
          i32.const -2147483648
          local.set 32
          br 1 (;@1;)
        end
        local.get 0
        i32.load offset=272
        local.tee 3
        i32.const 12
        i32.mul
        local.set 4
        block ;; label = @2
          block ;; label = @3
            block ;; label = @4
              local.get 3
              i32.const 178956970
              i32.le_u
              br_if 0 (;@4;)
              i32.const 0
              local.set 1
              br 1 (;@3;)
            end
            local.get 0
            i32.load offset=268
            local.set 9
            local.get 0
            i32.load offset=264
            local.set 21
            local.get 0
            i32.load offset=260
            local.set 32
            local.get 0
            i32.load offset=256
            local.set 29
            local.get 0
            i32.load8_u offset=252
            local.set 38
            block ;; label = @4
              local.get 4
              br_if 0 (;@4;)
              i32.const 4
              local.set 16
              i32.const 0
              local.set 2
              br 2 (;@2;)
            end
            local.get 3
            local.set 2
            local.get 4
            call 15
            local.tee 16
            br_if 1 (;@2;)
            i32.const 4
            local.set 1
          end
          local.get 1
          local.get 4
          call 16
          unreachable
        end
        local.get 1
        i32.const 0
        i32.store offset=360
        local.get 1
        local.get 16
        i32.store offset=356
        local.get 1
        local.get 2
        i32.store offset=352
        block ;; label = @2
          local.get 3
          i32.eqz
          br_if 0 (;@2;)
          i32.const 0
          local.set 4
          i32.const 8
          local.set 17
          local.get 9
          local.set 2
          loop ;; label = @3
            local.get 2
            i32.const 4
            i32.add
            i32.load
            local.set 18
            local.get 2
            i32.load
            local.set 19
            block ;; label = @4
              local.get 4
              local.get 1
              i32.load offset=352
              i32.ne
              br_if 0 (;@4;)
              local.get 1
              i32.const 352
              i32.add
              call 23
              local.get 1
              i32.load offset=356
              local.set 16
            end
            local.get 16
            local.get 17
            i32.add
            local.tee 20
            local.get 18
            i32.store
            local.get 20
            i32.const -4
            i32.add
            local.get 19
            i32.store
            local.get 20
            i32.const -8
            i32.add
            local.get 18
            i32.store
            local.get 1
            local.get 4
            i32.const 1
            i32.add
            local.tee 4
            i32.store offset=360
            local.get 17
            i32.const 12
            i32.add
            local.set 17
            local.get 2
            i32.const 8
            i32.add
            local.set 2
            local.get 3
            local.get 4
            i32.ne
            br_if 0 (;@3;)
          end
          local.get 9
          i32.const -4
          i32.add
          i32.load
          local.get 3
          i32.const 3
          i32.shl
          call 56
          local.get 9
          call 57
        end
        block ;; label = @2
          block ;; label = @3
            local.get 38
            i32.const 255
            i32.and
            br_if 0 (;@3;)
            i32.const 0
            local.set 4
            br 1 (;@2;)
          end
          local.get 0
          i32.load16_u offset=254
          local.set 2
          i32.const 1
          local.set 4
        end
        local.get 0
        i32.load offset=276
        local.set 17
        local.get 1
        local.get 1
        i32.load offset=360
        i32.store offset=888
        local.get 1
        local.get 1
        i64.load offset=352 align=4
        i64.store offset=880
        local.get 32
        i64.extend_i32_u
        i64.const 32
        i64.shl
        local.get 29
        i64.extend_i32_u
        i64.or
        local.set 61
      end
      local.get 30
      i32.const 255
      i32.and
      local.set 18
      local.get 6
      i32.const 255
      i32.and
      local.set 20
      local.get 34
      i32.const 255
      i32.and
      local.set 19
      local.get 35
      i32.const 255
      i32.and
      local.set 16
      local.get 36
      i32.const 255
      i32.and
      local.set 3
      block ;; label = @1
        block ;; label = @2
          local.get 22
          i32.const 255
          i32.and
          br_if 0 (;@2;)
          br 1 (;@1;)
        end
        local.get 0
        i32.load offset=292
        local.set 5
        local.get 0
        i32.load offset=288
        local.set 29
        block ;; label = @2
          block ;; label = @3
            local.get 0
            i32.load8_u offset=312
            br_if 0 (;@3;)
            i32.const 0
            local.set 22
            br 1 (;@2;)
          end
          local.get 0
          i32.load16_u offset=314
          local.set 9
          i32.const 1
          local.set 22
        end
        local.get 0
        i64.load offset=304
        local.set 55
        local.get 0
        i32.load offset=296
        local.set 6
        local.get 5
        i64.extend_i32_u
        i64.const 32
        i64.shl
        local.get 29
        i64.extend_i32_u
        i64.or
        local.set 62
      end
      local.get 18
      i32.const 0
      i32.ne
      local.set 18
      local.get 20
      i32.const 0
      i32.ne
      local.set 20
      local.get 19
      i32.const 0
      i32.ne
      local.set 19
      local.get 16
      i32.const 0
      i32.ne
      local.set 16
      local.get 3
      i32.const 0
      i32.ne
      local.set 3
      block ;; label = @1
        block ;; label = @2
          local.get 50
          i32.const 255
          i32.and
          br_if 0 (;@2;)
          i64.const 0
          local.set 63
          br 1 (;@1;)
        end
        local.get 0
        i64.load offset=336
        local.set 64
        i64.const 1
        local.set 63
      end
      local.get 1
      local.get 7
      i32.store offset=524
      local.get 1
      local.get 8
      i32.store offset=520
      local.get 1
      local.get 7
      i32.store offset=516
      local.get 1
      local.get 10
      i32.store offset=512
      local.get 1
      local.get 11
      i32.store offset=508
      local.get 1
      local.get 10
      i32.store offset=504
      local.get 1
      local.get 12
      i32.store offset=500
      local.get 1
      local.get 13
      i32.store offset=496
      local.get 1
      local.get 12
      i32.store offset=492
      local.get 1
      local.get 14
      i32.store offset=488
      local.get 1
      local.get 15
      i32.store offset=484
      local.get 1
      local.get 14
      i32.store offset=480
      local.get 1
      local.get 24
      i64.store offset=472
      local.get 1
      local.get 25
      i64.store offset=464
      local.get 1
      local.get 26
      i64.store offset=456
      local.get 1
      local.get 28
      i64.store offset=448
      local.get 1
      local.get 52
      i32.store offset=444
      local.get 1
      local.get 33
      i32.store offset=440
      local.get 1
      local.get 1
      i64.load offset=736
      i64.store offset=528
      local.get 1
      local.get 1
      i32.load offset=744
      i32.store offset=536
      local.get 1
      local.get 53
      i32.store16 offset=552
      local.get 1
      local.get 56
      i32.store16 offset=554
      local.get 1
      local.get 27
      i32.store16 offset=564
      local.get 1
      local.get 20
      i32.store8 offset=566
      local.get 1
      local.get 18
      i32.store8 offset=567
      local.get 1
      local.get 57
      i64.store offset=608
      local.get 1
      local.get 51
      i32.store offset=604
      local.get 1
      local.get 44
      i32.store offset=600
      local.get 1
      local.get 45
      i32.store offset=596
      local.get 1
      local.get 44
      i32.store offset=592
      local.get 1
      local.get 46
      i32.store offset=588
      local.get 1
      local.get 47
      i32.store offset=584
      local.get 1
      local.get 46
      i32.store offset=580
      local.get 1
      local.get 48
      i32.store offset=576
      local.get 1
      local.get 49
      i32.store offset=572
      local.get 1
      local.get 48
      i32.store offset=568
      local.get 1
      local.get 23
      i32.store offset=560
      local.get 1
      local.get 31
      i32.store offset=556
      local.get 1
      local.get 1
      i32.load offset=728
      i32.store offset=548
      local.get 1
      local.get 1
      i64.load offset=720
      i64.store offset=540 align=4
      local.get 1
      local.get 40
      i64.store offset=368
      local.get 1
      local.get 59
      i64.store offset=360
      local.get 1
      local.get 58
      i64.store offset=352
      local.get 1
      local.get 3
      i32.store8 offset=400
      local.get 1
      local.get 16
      i32.store8 offset=401
      local.get 1
      local.get 19
      i32.store8 offset=402
      local.get 1
      local.get 39
      i32.store8 offset=403
      local.get 1
      local.get 37
      i32.store offset=396
      local.get 1
      local.get 41
      i32.store offset=392
      local.get 1
      local.get 42
      i32.store offset=388
      local.get 1
      local.get 1
      i64.load offset=864
      i64.store offset=376
      local.get 1
      local.get 1
      i32.load offset=872
      i32.store offset=384
      local.get 1
      local.get 1
      i64.load offset=752
      i64.store offset=648
      local.get 1
      local.get 1
      i32.load offset=760
      i32.store offset=656
      local.get 1
      local.get 1
      i32.load offset=112
      i32.store offset=668
      local.get 1
      local.get 1
      i64.load offset=104
      i64.store offset=660 align=4
      local.get 1
      local.get 61
      i64.store offset=688
      local.get 1
      local.get 32
      i32.store offset=684
      local.get 1
      local.get 60
      i64.store offset=416
      local.get 1
      local.get 54
      i64.store offset=408
      local.get 1
      local.get 1
      i32.load offset=888
      i32.store offset=704
      local.get 1
      local.get 1
      i64.load offset=880
      i64.store offset=696
      local.get 1
      local.get 17
      i32.store offset=716
      local.get 1
      local.get 21
      i32.store offset=712
      local.get 1
      local.get 2
      i32.store16 offset=710
      local.get 1
      local.get 4
      i32.store16 offset=708
      local.get 1
      local.get 6
      i32.store offset=640
      local.get 1
      local.get 9
      i32.store16 offset=638
      local.get 1
      local.get 22
      i32.store16 offset=636
      local.get 1
      local.get 62
      i64.store offset=628 align=4
      local.get 1
      local.get 5
      i32.store offset=624
      local.get 1
      local.get 55
      i64.store offset=616
      local.get 1
      local.get 1
      i32.load offset=348
      i32.store offset=680
      local.get 1
      local.get 1
      i64.load offset=340 align=4
      i64.store offset=672
      local.get 1
      local.get 64
      i64.store offset=432
      local.get 1
      local.get 63
      i64.store offset=424
      i32.const 0
      i32.const 66811
      i32.const 15
      call 0
      local.get 1
      i32.const 96
      i32.add
      local.get 1
      i32.load offset=544
      local.tee 4
      local.get 1
      i32.load offset=548
      local.tee 2
      call 17
      i32.const 1
      local.get 1
      i32.load offset=96
      local.get 1
      i32.load offset=100
      call 0
      local.get 1
      i32.const 88
      i32.add
      local.get 4
      local.get 2
      call 17
      local.get 1
      i32.load offset=88
      local.set 4
      block ;; label = @1
        block ;; label = @2
          block ;; label = @3
            block ;; label = @4
              block ;; label = @5
                block ;; label = @6
                  block ;; label = @7
                    block ;; label = @8
                      block ;; label = @9
                        block ;; label = @10
                          local.get 1
                          i32.load offset=92
                          local.tee 2
                          i32.const -13
                          i32.add
                          br_table 4 (;@6;) 1 (;@9;) 6 (;@4;) 6 (;@4;) 6 (;@4;) 6 (;@4;) 6 (;@4;) 3 (;@7;) 6 (;@4;) 2 (;@8;) 0 (;@10;)
                        end
                        local.get 2
                        i32.const 6
                        i32.eq
                        br_if 4 (;@5;)
                        local.get 2
                        i32.const 26
                        i32.ne
                        br_if 5 (;@4;)
                        local.get 4
                        i64.load align=1
                        i64.const 7959317885797950820
                        i64.xor
                        local.get 4
                        i32.const 8
                        i32.add
                        i64.load align=1
                        i64.const 8458372945552370036
                        i64.xor
                        i64.or
                        local.get 4
                        i32.const 16
                        i32.add
                        i64.load align=1
                        i64.const 8247626031174084452
                        i64.xor
                        local.get 4
                        i32.const 24
                        i32.add
                        i64.load16_u align=1
                        i64.const 29550
                        i64.xor
                        i64.or
                        i64.or
                        i64.eqz
                        i32.eqz
                        br_if 5 (;@4;)
                        local.get 1
                        i64.const 1795000120000
                        i64.store offset=784
                        local.get 1
                        i32.const 65537
                        i32.store offset=768
                        local.get 1
                        i32.const 0
                        i32.store16 offset=760
                        local.get 1
                        i64.const 3
                        i64.store offset=752
                        br 8 (;@1;)
                      end
                      local.get 4
                      i64.load align=1
                      i64.const 7218551557866090081
                      i64.xor
                      local.get 4
                      i32.const 6
                      i32.add
                      i64.load align=1
                      i64.const 8389209267074589741
                      i64.xor
                      i64.or
                      i64.eqz
                      i32.eqz
                      br_if 4 (;@4;)
                      local.get 1
                      i64.const 2
                      i64.store offset=752
                      local.get 1
                      i32.const 65537
                      i32.store offset=760
                      br 7 (;@1;)
                    end
                    local.get 4
                    i64.load align=1
                    i64.const 7959317885797950820
                    i64.xor
                    local.get 4
                    i32.const 8
                    i32.add
                    i64.load align=1
                    i64.const 7578835111587375476
                    i64.xor
                    i64.or
                    local.get 4
                    i32.const 14
                    i32.add
                    i64.load align=1
                    i64.const 8389750308618529069
                    i64.xor
                    i64.or
                    i64.eqz
                    i32.eqz
                    br_if 3 (;@4;)
                    local.get 1
                    i64.const 1795000120000
                    i64.store offset=784
                    local.get 1
                    i64.const 1795000060000
                    i64.store offset=776
                    local.get 1
                    i32.const 0
                    i32.store16 offset=768
                    local.get 1
                    i32.const 0
                    i32.store16 offset=760
                    local.get 1
                    i64.const 3
                    i64.store offset=752
                    br 6 (;@1;)
                  end
                  local.get 4
                  i64.load align=1
                  i64.const 8388366817796449651
                  i64.xor
                  local.get 4
                  i32.const 8
                  i32.add
                  local.tee 2
                  i64.load align=1
                  i64.const 8392865160685235560
                  i64.xor
                  i64.or
                  local.get 4
                  i32.const 16
                  i32.add
                  local.tee 17
                  i64.load32_u align=1
                  i64.const 1735289192
                  i64.xor
                  i64.or
                  i64.eqz
                  br_if 4 (;@2;)
                  local.get 4
                  i64.load align=1
                  i64.const 7959317885797950820
                  i64.xor
                  local.get 2
                  i64.load align=1
                  i64.const 8246214480391596404
                  i64.xor
                  i64.or
                  local.get 17
                  i64.load32_u align=1
                  i64.const 1818326639
                  i64.xor
                  i64.or
                  i64.eqz
                  i32.eqz
                  br_if 2 (;@4;)
                  local.get 1
                  i64.const 1795000120000
                  i64.store offset=784
                  local.get 1
                  i32.const 2
                  i32.store16 offset=768
                  local.get 1
                  i32.const 0
                  i32.store16 offset=760
                  local.get 1
                  i64.const 3
                  i64.store offset=752
                  br 5 (;@1;)
                end
                local.get 4
                i64.load align=1
                i64.const 7146493963828162145
                i64.xor
                local.get 4
                i32.const 5
                i32.add
                i64.load align=1
                i64.const 7234303152485510514
                i64.xor
                i64.or
                i64.eqz
                br_if 2 (;@3;)
                br 1 (;@4;)
              end
              local.get 4
              i32.load align=1
              i32.const 1701471602
              i32.xor
              local.get 4
              i32.const 4
              i32.add
              i32.load16_u align=1
              i32.const 29795
              i32.xor
              i32.or
              br_if 0 (;@4;)
              local.get 1
              i32.const 760
              i32.add
              i32.const 66765
              i32.const 14
              call 18
              local.get 1
              i32.const 772
              i32.add
              i32.const 66779
              i32.const 32
              call 18
              local.get 1
              i64.const 4
              i64.store offset=752
              local.get 1
              i32.const 429
              i32.store16 offset=784
              br 3 (;@1;)
            end
            local.get 1
            i32.const 512
            i32.store16 offset=860
            local.get 1
            i32.const 0
            i32.store offset=856
            local.get 1
            i32.const -2147483648
            i32.store offset=844
            local.get 1
            i32.const -2147483648
            i32.store offset=832
            local.get 1
            i64.const 0
            i64.store offset=824
            local.get 1
            i32.const 0
            i32.store offset=816
            local.get 1
            i32.const 0
            i32.store offset=808
            local.get 1
            i64.const 0
            i64.store offset=752
            br 2 (;@1;)
          end
          local.get 1
          i64.const 60000
          i64.store offset=768
          local.get 1
          i32.const 0
          i32.store16 offset=760
          local.get 1
          i64.const 2
          i64.store offset=752
          br 1 (;@1;)
        end
        local.get 1
        i32.const 832
        i32.add
        i32.const 66749
        i32.const 7
        call 18
        local.get 1
        i32.const 844
        i32.add
        i32.const 66756
        i32.const 5
        call 18
        local.get 1
        i64.const 100
        i64.store offset=824
        local.get 1
        i32.const 1
        i32.store offset=856
        local.get 1
        i64.const 34359738370
        i64.store offset=816
        local.get 1
        i64.const 6000
        i64.store offset=800
        local.get 1
        i64.const 5000
        i64.store offset=792
        local.get 1
        i64.const 4000
        i64.store offset=784
        local.get 1
        i64.const 3000
        i64.store offset=776
        local.get 1
        i64.const 2000
        i64.store offset=768
        local.get 1
        i64.const 1000
        i64.store offset=760
        local.get 1
        i64.const 1
        i64.store offset=752
        local.get 1
        i32.const 257
        i32.store16 offset=860
        local.get 1
        i64.const 1099511627777
        i64.store offset=808
      end
      local.get 1
      i32.const 80
      i32.add
      local.get 1
      i32.load offset=544
      local.get 1
      i32.load offset=548
      call 17
      block ;; label = @1
        block ;; label = @2
          block ;; label = @3
            local.get 1
            i32.load offset=84
            i32.const 20
            i32.ne
            br_if 0 (;@3;)
            local.get 1
            i32.load offset=80
            local.tee 4
            i64.load align=1
            i64.const 8388366817796449651
            i64.xor
            local.get 4
            i32.const 8
            i32.add
            i64.load align=1
            i64.const 8392865160685235560
            i64.xor
            i64.or
            local.get 4
            i32.const 16
            i32.add
            i64.load32_u align=1
            i64.const 1735289192
            i64.xor
            i64.or
            i64.eqz
            br_if 1 (;@2;)
          end
          local.get 1
          i32.const -2147483648
          i32.store offset=864
          br 1 (;@1;)
        end
        local.get 1
        i32.const 864
        i32.add
        i32.const 66620
        i32.const 5
        call 18
      end
      i32.const 0
      local.set 17
      local.get 1
      i32.const 104
      i32.add
      i32.const 112
      i32.add
      local.tee 2
      local.get 1
      i32.const 352
      i32.add
      i32.const 8
      i32.const 0
      call 14
      local.get 1
      i32.const 880
      i32.add
      i32.const 112
      i32.add
      local.tee 4
      call 66
      local.get 1
      i32.const 880
      i32.add
      local.get 1
      i32.const 752
      i32.add
      i32.const 112
      memory.copy
      local.get 1
      i32.const -2147483648
      i32.store offset=1040
      local.get 1
      i32.const 104
      i32.add
      local.get 1
      i32.const 752
      i32.add
      i32.const 112
      memory.copy
      local.get 1
      local.get 1
      i32.load offset=872
      i32.store offset=272
      local.get 1
      local.get 1
      i64.load offset=864 align=4
      i64.store offset=264
      local.get 4
      call 13
      local.get 1
      i32.const 352
      i32.add
      call 11
      local.get 0
      i32.const -4
      i32.add
      i32.load
      i32.const 344
      call 56
      local.get 0
      call 57
      local.get 1
      i64.load offset=112
      local.set 58
      local.get 1
      i32.load offset=260
      local.set 5
      local.get 1
      i32.load offset=256
      local.set 4
      local.get 1
      i32.load offset=252
      local.set 21
      local.get 1
      i32.load offset=248
      local.set 33
      local.get 1
      i32.load offset=244
      local.set 16
      local.get 1
      i32.load offset=240
      local.set 20
      local.get 1
      i64.load offset=268 align=4
      local.set 60
      local.get 1
      i32.load offset=264
      local.set 0
      local.get 1
      i64.load offset=136
      local.set 59
      local.get 1
      i64.load offset=128
      local.set 61
      local.get 1
      i64.load offset=120
      local.set 54
      block ;; label = @1
        block ;; label = @2
          block ;; label = @3
            block ;; label = @4
              block ;; label = @5
                block ;; label = @6
                  block ;; label = @7
                    block ;; label = @8
                      block ;; label = @9
                        block ;; label = @10
                          local.get 1
                          i64.load offset=104
                          local.tee 57
                          i32.wrap_i64
                          local.tee 18
                          i32.const -1
                          i32.add
                          i32.const 0
                          local.get 57
                          i64.const 1
                          i64.gt_u
                          select
                          br_table 2 (;@8;) 3 (;@7;) 0 (;@10;) 1 (;@9;) 2 (;@8;)
                        end
                        i32.const 0
                        local.get 58
                        i64.store16 offset=71552
                        i32.const 0
                        i32.const 2
                        i32.store8 offset=71544
                        local.get 54
                        i32.wrap_i64
                        i32.const 65535
                        i32.and
                        br_table 3 (;@6;) 4 (;@5;) 5 (;@4;) 3 (;@6;)
                      end
                      i32.const 0
                      local.get 59
                      i64.store16 offset=71552
                      i32.const 0
                      i32.const 3
                      i32.store8 offset=71544
                      local.get 1
                      local.get 58
                      i64.store offset=352
                      local.get 1
                      local.get 54
                      i64.store32 offset=360
                      local.get 1
                      i32.const 72
                      i32.add
                      local.get 1
                      i32.const 352
                      i32.add
                      call 64
                      i32.const 0
                      local.get 1
                      i64.load offset=72
                      i64.store offset=71556 align=4
                      local.get 1
                      local.get 61
                      i64.store offset=356 align=4
                      local.get 1
                      local.get 54
                      i64.const 32
                      i64.shr_u
                      i64.store32 offset=352
                      local.get 1
                      i32.const 64
                      i32.add
                      local.get 1
                      i32.const 352
                      i32.add
                      call 64
                      i32.const 0
                      local.get 1
                      i64.load offset=64
                      i64.store offset=71564 align=4
                      br 7 (;@1;)
                    end
                    local.get 1
                    i32.load8_u offset=213
                    local.set 32
                    local.get 1
                    i32.load8_u offset=212
                    local.set 22
                    local.get 1
                    i64.load offset=200
                    local.set 57
                    local.get 1
                    i32.load offset=196
                    local.set 19
                    local.get 1
                    i64.load offset=188 align=4
                    local.set 55
                    local.get 1
                    i32.load offset=184
                    local.set 3
                    local.get 1
                    i32.load offset=172
                    local.set 50
                    local.get 1
                    i32.load offset=168
                    local.set 53
                    local.get 1
                    i32.load offset=164
                    local.set 52
                    local.get 1
                    i32.load offset=160
                    local.set 56
                    local.get 1
                    i64.load offset=152
                    local.set 24
                    local.get 1
                    i64.load offset=144
                    local.set 25
                    i32.const 0
                    local.get 1
                    i64.load offset=176
                    i64.store offset=71560
                    i32.const 0
                    local.get 1
                    i32.load offset=208
                    i32.store offset=71552
                    i32.const 0
                    i32.const 0
                    i32.store8 offset=71544
                    block ;; label = @8
                      local.get 18
                      i32.const 1
                      i32.and
                      i32.eqz
                      br_if 0 (;@8;)
                      i32.const 0
                      local.get 24
                      i64.store offset=71616
                      i32.const 0
                      local.get 25
                      i64.store offset=71608
                      i32.const 0
                      local.get 59
                      i64.store offset=71600
                      i32.const 0
                      local.get 61
                      i64.store offset=71592
                      i32.const 0
                      local.get 54
                      i64.store offset=71584
                      i32.const 0
                      local.get 58
                      i64.store offset=71576
                      i32.const 1
                      local.set 17
                    end
                    i32.const 0
                    local.get 17
                    i32.store8 offset=71568
                    block ;; label = @8
                      block ;; label = @9
                        block ;; label = @10
                          block ;; label = @11
                            block ;; label = @12
                              local.get 53
                              br_table 0 (;@12;) 1 (;@11;) 2 (;@10;) 3 (;@9;) 0 (;@12;)
                            end
                            i32.const 0
                            i32.const 0
                            i32.store8 offset=71624
                            br 3 (;@8;)
                          end
                          i32.const 0
                          i32.const 1
                          i32.store8 offset=71624
                          br 2 (;@8;)
                        end
                        i32.const 0
                        local.get 50
                        i32.store offset=71628
                        i32.const 0
                        i32.const 2
                        i32.store8 offset=71624
                        br 1 (;@8;)
                      end
                      i32.const 0
                      i32.const 3
                      i32.store8 offset=71624
                    end
                    i32.const 0
                    local.get 22
                    i32.const 1
                    i32.and
                    i32.store8 offset=71632
                    i32.const 0
                    local.set 17
                    block ;; label = @8
                      local.get 56
                      i32.const 1
                      i32.ne
                      br_if 0 (;@8;)
                      i32.const 0
                      local.get 52
                      i32.store offset=71640
                      i32.const 1
                      local.set 17
                    end
                    i32.const 0
                    local.get 17
                    i32.store8 offset=71636
                    block ;; label = @8
                      block ;; label = @9
                        local.get 3
                        i32.const -2147483648
                        i32.eq
                        br_if 0 (;@9;)
                        i32.const 0
                        i32.const 1
                        i32.store8 offset=71644
                        local.get 1
                        local.get 55
                        i64.store offset=356 align=4
                        local.get 1
                        local.get 3
                        i32.store offset=352
                        local.get 1
                        i32.const 56
                        i32.add
                        local.get 1
                        i32.const 352
                        i32.add
                        call 64
                        i32.const 0
                        local.get 1
                        i64.load offset=56
                        i64.store offset=71648
                        br 1 (;@8;)
                      end
                      i32.const 0
                      i32.const 0
                      i32.store8 offset=71644
                    end
                    block ;; label = @8
                      block ;; label = @9
                        local.get 19
                        i32.const -2147483648
                        i32.eq
                        br_if 0 (;@9;)
                        i32.const 0
                        i32.const 1
                        i32.store8 offset=71656
                        local.get 1
                        local.get 57
                        i64.store offset=356 align=4
                        local.get 1
                        local.get 19
                        i32.store offset=352
                        local.get 1
                        i32.const 48
                        i32.add
                        local.get 1
                        i32.const 352
                        i32.add
                        call 64
                        i32.const 0
                        local.get 1
                        i64.load offset=48
                        i64.store offset=71660 align=4
                        br 1 (;@8;)
                      end
                      i32.const 0
                      i32.const 0
                      i32.store8 offset=71656
                    end
                    i32.const 0
                    local.get 32
                    i32.store8 offset=71668
                    br 6 (;@1;)
                  end
                  i32.const 0
                  i32.const 1
                  i32.store8 offset=71544
                  local.get 58
                  i32.wrap_i64
                  i32.const 1
                  i32.and
                  br_if 4 (;@2;)
                  i32.const 0
                  local.get 54
                  i64.store offset=71560
                  i32.const 0
                  i32.const 0
                  i32.store8 offset=71552
                  br 5 (;@1;)
                end
                i32.const 0
                local.get 61
                i64.store offset=71568
                i32.const 0
                i32.const 0
                i32.store8 offset=71560
                br 2 (;@3;)
              end
              i32.const 0
              i32.const 1
              i32.store8 offset=71560
              i32.const 0
              local.get 54
              i64.const 16
              i64.shr_u
              i64.store16 offset=71568
              br 1 (;@3;)
            end
            i32.const 0
            i32.const 2
            i32.store8 offset=71560
          end
          i32.const 0
          local.get 59
          i64.store offset=71576
          br 1 (;@1;)
        end
        i32.const 0
        local.get 58
        i64.const 16
        i64.shr_u
        i32.wrap_i64
        i32.store16 offset=71560
        i32.const 0
        i32.const 1
        i32.store8 offset=71552
      end
      local.get 1
      i32.const 228
      i32.add
      local.set 17
      block ;; label = @1
        block ;; label = @2
          local.get 0
          i32.const -2147483648
          i32.eq
          br_if 0 (;@2;)
          i32.const 0
          i32.const 1
          i32.store8 offset=71672
          local.get 1
          local.get 60
          i64.store offset=356 align=4
          local.get 1
          local.get 0
          i32.store offset=352
          local.get 1
          i32.const 40
          i32.add
          local.get 1
          i32.const 352
          i32.add
          call 64
          i32.const 0
          local.get 1
          i64.load offset=40
          i64.store offset=71676 align=4
          br 1 (;@1;)
        end
        i32.const 0
        i32.const 0
        i32.store8 offset=71672
      end
      local.get 1
      local.get 2
      i32.load offset=8
      i32.store offset=360
      local.get 1
      local.get 2
      i64.load align=4
      i64.store offset=352
      local.get 1
      i32.const 32
      i32.add
      local.get 1
      i32.const 352
      i32.add
      call 64
      i32.const 0
      local.set 18
      i32.const 0
      local.get 1
      i64.load offset=32
      i64.store offset=71684 align=4
      local.get 1
      local.get 17
      i32.load offset=8
      i32.store offset=360
      local.get 1
      local.get 17
      i64.load align=4
      i64.store offset=352
      local.get 1
      i32.const 24
      i32.add
      local.get 1
      i32.const 352
      i32.add
      call 64
      i32.const 0
      local.get 1
      i64.load offset=24
      i64.store offset=71692 align=4
      local.get 1
      i32.const 352
      i32.add
      local.get 33
      i32.const 12
      i32.mul
      call 67
      local.get 1
      i32.load offset=352
      local.set 32
      local.get 1
      local.get 16
      local.get 33
      i32.const 4
      i32.shl
      local.tee 3
      i32.add
      local.tee 22
      i32.store offset=364
      local.get 1
      local.get 20
      i32.store offset=360
      local.get 1
      local.get 16
      i32.store offset=352
      i32.const 0
      local.set 20
      block ;; label = @1
        local.get 33
        i32.eqz
        br_if 0 (;@1;)
        local.get 32
        local.set 2
        i32.const 0
        local.set 17
        block ;; label = @2
          loop ;; label = @3
            local.get 16
            local.get 17
            i32.add
            local.tee 0
            i32.const 4
            i32.add
            i32.load
            local.tee 19
            i32.const -2147483648
            i32.eq
            br_if 1 (;@2;)
            local.get 0
            i32.const 8
            i32.add
            i64.load align=4
            local.set 54
            local.get 2
            local.get 0
            i32.load
            i32.store16
            local.get 1
            local.get 54
            i64.store offset=884 align=4
            local.get 1
            local.get 19
            i32.store offset=880
            local.get 1
            i32.const 16
            i32.add
            local.get 1
            i32.const 880
            i32.add
            call 64
            local.get 2
            i32.const 4
            i32.add
            local.get 1
            i64.load offset=16
            i64.store align=4
            local.get 2
            i32.const 12
            i32.add
            local.set 2
            local.get 20
            i32.const 1
            i32.add
            local.set 20
            local.get 3
            local.get 17
            i32.const 16
            i32.add
            local.tee 17
            i32.ne
            br_if 0 (;@3;)
          end
          local.get 22
          local.set 16
          br 1 (;@1;)
        end
        local.get 0
        i32.const 16
        i32.add
        local.set 16
      end
      local.get 1
      local.get 20
      i32.store offset=368
      local.get 1
      local.get 16
      i32.store offset=356
      local.get 1
      i32.const 352
      i32.add
      call 10
      i32.const 0
      local.get 33
      i32.store offset=71704
      i32.const 0
      local.get 32
      i32.store offset=71700
      local.get 1
      i32.const 352
      i32.add
      local.get 5
      i32.const 4
      i32.shl
      call 67
      local.get 1
      i32.load offset=352
      local.set 20
      local.get 1
      local.get 4
      local.get 5
      i32.const 24
      i32.mul
      i32.add
      local.tee 0
      i32.store offset=364
      local.get 1
      local.get 21
      i32.store offset=360
      local.get 1
      local.get 4
      i32.store offset=352
      block ;; label = @1
        local.get 5
        i32.eqz
        br_if 0 (;@1;)
        i32.const 0
        local.set 18
        local.get 20
        local.set 2
        block ;; label = @2
          loop ;; label = @3
            local.get 4
            i32.load
            local.tee 17
            i32.const -2147483648
            i32.eq
            br_if 1 (;@2;)
            local.get 4
            i32.const 4
            i32.add
            i64.load align=4
            local.set 54
            local.get 1
            local.get 4
            i32.const 20
            i32.add
            i32.load
            i32.store offset=888
            local.get 1
            local.get 4
            i32.const 12
            i32.add
            i64.load align=4
            i64.store offset=880
            local.get 1
            local.get 54
            i64.store offset=756 align=4
            local.get 1
            local.get 17
            i32.store offset=752
            local.get 1
            i32.const 8
            i32.add
            local.get 1
            i32.const 752
            i32.add
            call 64
            local.get 2
            local.get 1
            i64.load offset=8
            i64.store align=4
            local.get 1
            local.get 1
            i32.const 880
            i32.add
            call 64
            local.get 2
            i32.const 8
            i32.add
            local.get 1
            i64.load
            i64.store align=4
            local.get 2
            i32.const 16
            i32.add
            local.set 2
            local.get 18
            i32.const 1
            i32.add
            local.set 18
            local.get 4
            i32.const 24
            i32.add
            local.tee 4
            local.get 0
            i32.ne
            br_if 0 (;@3;)
          end
          local.get 0
          local.set 4
          br 1 (;@1;)
        end
        local.get 4
        i32.const 24
        i32.add
        local.set 4
      end
      local.get 1
      local.get 18
      i32.store offset=368
      local.get 1
      local.get 4
      i32.store offset=356
      local.get 1
      i32.const 352
      i32.add
      call 8
      i32.const 0
      local.get 5
      i32.store offset=71712
      i32.const 0
      local.get 20
      i32.store offset=71708
      local.get 1
      i32.const 1056
      i32.add
      global.set 0
      i32.const 71544
    )
    (func (;69;) (type 2) (param i32 i32)
      local.get 1
      local.get 0
      call 70
      unreachable
    )
    (func (;70;) (type 2) (param i32 i32)
      local.get 1
      local.get 0
      call 167
      unreachable
    )
    (func (;71;) (type 3) (param i32 i32 i32)
      (local i32)
      global.get 0
      i32.const 16
      i32.sub
      local.tee 3
      global.set 0
      local.get 3
      i32.const 8
      i32.add
      local.get 0
      local.get 1
      local.get 2
      i32.const 1
      i32.const 1
      call 24
      block ;; label = @1
        local.get 3
        i32.load offset=8
        local.tee 2
        i32.const -2147483647
        i32.eq
        br_if 0 (;@1;)
        local.get 2
        local.get 3
        i32.load offset=12
        call 16
        unreachable
      end
      local.get 3
      i32.const 16
      i32.add
      global.set 0
    )
    (func (;72;) (type 9) (param i32 i32 i32 i32 i32 i32)
      (local i32 i32 i32 i64)
      global.get 0
      i32.const 16
      i32.sub
      local.tee 6
      global.set 0
      i32.const 1
      local.set 7
      i32.const 4
      local.set 8
      block ;; label = @1
        block ;; label = @2
          local.get 5
          i64.extend_i32_u
          local.get 3
          i64.extend_i32_u
          i64.mul
          local.tee 9
          i64.const 32
          i64.shr_u
          i32.wrap_i64
          br_if 0 (;@2;)
          local.get 9
          i32.wrap_i64
          local.tee 3
          i32.const -2147483648
          local.get 4
          i32.sub
          i32.gt_u
          br_if 0 (;@2;)
          block ;; label = @3
            block ;; label = @4
              local.get 1
              br_if 0 (;@4;)
              i32.const 0
              local.set 8
              local.get 6
              i32.const 12
              i32.add
              local.set 5
              br 1 (;@3;)
            end
            local.get 6
            local.get 4
            i32.store offset=12
            local.get 1
            local.get 5
            i32.mul
            local.set 8
            local.get 6
            i32.const 8
            i32.add
            local.set 5
          end
          local.get 5
          local.get 8
          i32.store
          block ;; label = @3
            block ;; label = @4
              block ;; label = @5
                block ;; label = @6
                  block ;; label = @7
                    local.get 6
                    i32.load offset=12
                    i32.eqz
                    br_if 0 (;@7;)
                    block ;; label = @8
                      local.get 6
                      i32.load offset=8
                      local.tee 8
                      br_if 0 (;@8;)
                      local.get 3
                      br_if 2 (;@6;)
                      local.get 4
                      local.set 8
                      br 3 (;@5;)
                    end
                    local.get 2
                    local.get 8
                    local.get 4
                    local.get 3
                    call 74
                    local.set 8
                    br 2 (;@5;)
                  end
                  local.get 3
                  br_if 0 (;@6;)
                  local.get 4
                  local.set 8
                  br 2 (;@4;)
                end
                local.get 3
                call 15
                local.set 8
              end
              local.get 8
              br_if 0 (;@4;)
              local.get 0
              local.get 4
              i32.store offset=4
              br 1 (;@3;)
            end
            local.get 0
            local.get 8
            i32.store offset=4
            i32.const 0
            local.set 7
          end
          i32.const 8
          local.set 8
          br 1 (;@1;)
        end
        i32.const 0
        local.set 3
      end
      local.get 0
      local.get 8
      i32.add
      local.get 3
      i32.store
      local.get 0
      local.get 7
      i32.store
      local.get 6
      i32.const 16
      i32.add
      global.set 0
    )
    (func (;73;) (type 4)
      i32.const 66936
      i32.const 35
      i32.const 66956
      call 3
      unreachable
    )
    (func (;74;) (type 6) (param i32 i32 i32 i32) (result i32)
      (local i32 i32 i32 i32 i32)
      local.get 0
      i32.const -4
      i32.add
      local.tee 4
      i32.load
      local.get 1
      call 56
      block ;; label = @1
        block ;; label = @2
          block ;; label = @3
            block ;; label = @4
              block ;; label = @5
                block ;; label = @6
                  block ;; label = @7
                    local.get 2
                    i32.const 9
                    i32.lt_u
                    br_if 0 (;@7;)
                    local.get 2
                    local.get 3
                    call 122
                    local.tee 2
                    br_if 1 (;@6;)
                    i32.const 0
                    return
                  end
                  i32.const 0
                  local.set 2
                  local.get 3
                  i32.const -65588
                  i32.gt_u
                  br_if 5 (;@1;)
                  i32.const 16
                  local.get 3
                  i32.const 11
                  i32.add
                  i32.const -8
                  i32.and
                  local.get 3
                  i32.const 11
                  i32.lt_u
                  select
                  local.set 1
                  local.get 0
                  i32.const -8
                  i32.add
                  local.set 5
                  local.get 4
                  i32.load
                  local.tee 6
                  i32.const -8
                  i32.and
                  local.set 7
                  block ;; label = @7
                    block ;; label = @8
                      block ;; label = @9
                        block ;; label = @10
                          block ;; label = @11
                            local.get 6
                            i32.const 3
                            i32.and
                            i32.eqz
                            br_if 0 (;@11;)
                            local.get 5
                            local.get 7
                            i32.add
                            local.set 8
                            local.get 7
                            local.get 1
                            i32.ge_u
                            br_if 3 (;@8;)
                            local.get 8
                            i32.const 0
                            i32.load offset=72172
                            i32.eq
                            br_if 4 (;@7;)
                            local.get 8
                            i32.const 0
                            i32.load offset=72168
                            i32.eq
                            br_if 2 (;@9;)
                            local.get 8
                            i32.load offset=4
                            local.tee 6
                            i32.const 2
                            i32.and
                            br_if 8 (;@3;)
                            local.get 6
                            i32.const -8
                            i32.and
                            local.tee 6
                            local.get 7
                            i32.add
                            local.tee 7
                            local.get 1
                            i32.lt_u
                            br_if 8 (;@3;)
                            local.get 8
                            local.get 6
                            call 123
                            local.get 7
                            local.get 1
                            i32.sub
                            local.tee 6
                            i32.const 16
                            i32.lt_u
                            br_if 1 (;@10;)
                            local.get 4
                            local.get 1
                            local.get 4
                            i32.load
                            i32.const 1
                            i32.and
                            i32.or
                            i32.const 2
                            i32.or
                            i32.store
                            local.get 5
                            local.get 1
                            i32.add
                            local.tee 1
                            local.get 6
                            i32.const 3
                            i32.or
                            i32.store offset=4
                            local.get 5
                            local.get 7
                            i32.add
                            local.tee 7
                            local.get 7
                            i32.load offset=4
                            i32.const 1
                            i32.or
                            i32.store offset=4
                            local.get 1
                            local.get 6
                            call 124
                            br 7 (;@4;)
                          end
                          local.get 1
                          i32.const 256
                          i32.lt_u
                          br_if 7 (;@3;)
                          local.get 7
                          local.get 1
                          i32.le_u
                          br_if 7 (;@3;)
                          local.get 7
                          local.get 1
                          i32.sub
                          i32.const 131072
                          i32.gt_u
                          br_if 7 (;@3;)
                          br 6 (;@4;)
                        end
                        local.get 4
                        local.get 7
                        local.get 4
                        i32.load
                        i32.const 1
                        i32.and
                        i32.or
                        i32.const 2
                        i32.or
                        i32.store
                        local.get 5
                        local.get 7
                        i32.add
                        local.tee 1
                        local.get 1
                        i32.load offset=4
                        i32.const 1
                        i32.or
                        i32.store offset=4
                        br 5 (;@4;)
                      end
                      i32.const 0
                      i32.load offset=72160
                      local.get 7
                      i32.add
                      local.tee 7
                      local.get 1
                      i32.lt_u
                      br_if 5 (;@3;)
                      block ;; label = @9
                        block ;; label = @10
                          local.get 7
                          local.get 1
                          i32.sub
                          local.tee 8
                          i32.const 15
                          i32.gt_u
                          br_if 0 (;@10;)
                          local.get 4
                          local.get 7
                          local.get 6
                          i32.const 1
                          i32.and
                          i32.or
                          i32.const 2
                          i32.or
                          i32.store
                          local.get 5
                          local.get 7
                          i32.add
                          local.tee 1
                          local.get 1
                          i32.load offset=4
                          i32.const 1
                          i32.or
                          i32.store offset=4
                          i32.const 0
                          local.set 8
                          i32.const 0
                          local.set 1
                          br 1 (;@9;)
                        end
                        local.get 4
                        local.get 1
                        local.get 6
                        i32.const 1
                        i32.and
                        i32.or
                        i32.const 2
                        i32.or
                        i32.store
                        local.get 5
                        local.get 1
                        i32.add
                        local.tee 1
                        local.get 8
                        i32.const 1
                        i32.or
                        i32.store offset=4
                        local.get 5
                        local.get 7
                        i32.add
                        local.tee 7
                        local.get 8
                        i32.store
                        local.get 7
                        local.get 7
                        i32.load offset=4
                        i32.const -2
                        i32.and
                        i32.store offset=4
                      end
                      i32.const 0
                      local.get 1
                      i32.store offset=72168
                      i32.const 0
                      local.get 8
                      i32.store offset=72160
                      br 4 (;@4;)
                    end
                    local.get 7
                    local.get 1
                    i32.sub
                    local.tee 7
                    i32.const 16
                    i32.lt_u
                    br_if 3 (;@4;)
                    local.get 4
                    local.get 1
                    local.get 6
                    i32.const 1
                    i32.and
                    i32.or
                    i32.const 2
                    i32.or
                    i32.store
                    local.get 5
                    local.get 1
                    i32.add
                    local.tee 1
                    local.get 7
                    i32.const 3
                    i32.or
                    i32.store offset=4
                    local.get 8
                    local.get 8
                    i32.load offset=4
                    i32.const 1
                    i32.or
                    i32.store offset=4
                    local.get 1
                    local.get 7
                    call 124
                    br 3 (;@4;)
                  end
                  i32.const 0
                  i32.load offset=72164
                  local.get 7
                  i32.add
                  local.tee 7
                  local.get 1
                  i32.gt_u
                  br_if 1 (;@5;)
                  br 3 (;@3;)
                end
                block ;; label = @6
                  local.get 3
                  local.get 1
                  local.get 3
                  local.get 1
                  i32.lt_u
                  select
                  local.tee 3
                  i32.eqz
                  br_if 0 (;@6;)
                  local.get 2
                  local.get 0
                  local.get 3
                  memory.copy
                end
                local.get 4
                i32.load
                local.get 1
                call 56
                br 3 (;@2;)
              end
              local.get 4
              local.get 1
              local.get 6
              i32.const 1
              i32.and
              i32.or
              i32.const 2
              i32.or
              i32.store
              local.get 5
              local.get 1
              i32.add
              local.tee 6
              local.get 7
              local.get 1
              i32.sub
              local.tee 1
              i32.const 1
              i32.or
              i32.store offset=4
              i32.const 0
              local.get 1
              i32.store offset=72164
              i32.const 0
              local.get 6
              i32.store offset=72172
            end
            local.get 5
            i32.eqz
            br_if 0 (;@3;)
            local.get 0
            return
          end
          local.get 3
          call 15
          local.tee 1
          i32.eqz
          br_if 1 (;@1;)
          block ;; label = @3
            local.get 3
            i32.const -4
            i32.const -8
            local.get 4
            i32.load
            local.tee 2
            i32.const 3
            i32.and
            select
            local.get 2
            i32.const -8
            i32.and
            i32.add
            local.tee 2
            local.get 3
            local.get 2
            i32.lt_u
            select
            local.tee 3
            i32.eqz
            br_if 0 (;@3;)
            local.get 1
            local.get 0
            local.get 3
            memory.copy
          end
          local.get 1
          local.set 2
        end
        local.get 0
        call 57
      end
      local.get 2
    )
    (func (;75;) (type 3) (param i32 i32 i32)
      (local i32 i32)
      block ;; label = @1
        block ;; label = @2
          block ;; label = @3
            local.get 2
            local.get 1
            i32.sub
            local.tee 3
            local.get 0
            i32.load
            local.get 0
            i32.load offset=8
            local.tee 4
            i32.sub
            i32.le_u
            br_if 0 (;@3;)
            local.get 0
            local.get 4
            local.get 3
            call 71
            local.get 0
            i32.load offset=8
            local.set 4
            br 1 (;@2;)
          end
          local.get 2
          local.get 1
          i32.eq
          br_if 1 (;@1;)
        end
        local.get 3
        i32.eqz
        br_if 0 (;@1;)
        local.get 0
        i32.load offset=4
        local.get 4
        i32.add
        local.get 1
        local.get 3
        memory.copy
      end
      local.get 0
      local.get 4
      local.get 3
      i32.add
      i32.store offset=8
    )
    (func (;76;) (type 12) (param i32 i32 i32 i32 i32)
      (local i32)
      global.get 0
      i32.const 32
      i32.sub
      local.tee 5
      global.set 0
      local.get 5
      local.get 1
      i32.store offset=4
      local.get 5
      local.get 0
      i32.store
      local.get 5
      local.get 3
      i32.store offset=12
      local.get 5
      local.get 2
      i32.store offset=8
      local.get 5
      i32.const 38
      i32.store offset=28
      local.get 5
      i32.const 39
      i32.store offset=20
      local.get 5
      local.get 5
      i32.const 8
      i32.add
      i32.store offset=24
      local.get 5
      local.get 5
      i32.store offset=16
      i32.const 65910
      local.get 5
      i32.const 16
      i32.add
      local.get 4
      call 3
      unreachable
    )
    (func (;77;) (type 1) (param i32 i32) (result i32)
      local.get 1
      i32.load
      i32.const 67076
      i32.const 5
      local.get 1
      i32.load offset=4
      i32.load offset=12
      call_indirect (type 0)
    )
    (func (;78;) (type 5) (param i32)
      local.get 0
      i32.const 1
      i32.const 1
      call 9
    )
    (func (;79;) (type 0) (param i32 i32 i32) (result i32)
      local.get 0
      local.get 1
      local.get 1
      local.get 2
      i32.add
      call 75
      i32.const 0
    )
    (func (;80;) (type 1) (param i32 i32) (result i32)
      (local i32 i32 i32 i32 i32 i32)
      local.get 0
      i32.load offset=8
      local.set 2
      block ;; label = @1
        block ;; label = @2
          local.get 1
          i32.const 128
          i32.ge_u
          br_if 0 (;@2;)
          i32.const 1
          local.set 3
          br 1 (;@1;)
        end
        block ;; label = @2
          local.get 1
          i32.const 2048
          i32.ge_u
          br_if 0 (;@2;)
          i32.const 2
          local.set 3
          br 1 (;@1;)
        end
        i32.const 3
        i32.const 4
        local.get 1
        i32.const 65536
        i32.lt_u
        select
        local.set 3
      end
      local.get 2
      local.set 4
      block ;; label = @1
        local.get 3
        local.get 0
        i32.load
        local.get 2
        i32.sub
        i32.le_u
        br_if 0 (;@1;)
        local.get 0
        local.get 2
        local.get 3
        call 71
        local.get 0
        i32.load offset=8
        local.set 4
      end
      local.get 0
      i32.load offset=4
      local.get 4
      i32.add
      local.set 4
      block ;; label = @1
        block ;; label = @2
          block ;; label = @3
            block ;; label = @4
              local.get 1
              i32.const 128
              i32.lt_u
              br_if 0 (;@4;)
              local.get 1
              i32.const 2048
              i32.lt_u
              br_if 1 (;@3;)
              local.get 1
              i32.const 12
              i32.shr_u
              local.set 5
              local.get 1
              i32.const 63
              i32.and
              i32.const -128
              i32.or
              local.set 6
              local.get 1
              i32.const 6
              i32.shr_u
              i32.const 63
              i32.and
              i32.const -128
              i32.or
              local.set 7
              local.get 1
              i32.const 65536
              i32.ge_u
              br_if 2 (;@2;)
              local.get 4
              local.get 6
              i32.store8 offset=2
              local.get 4
              local.get 7
              i32.store8 offset=1
              local.get 4
              local.get 5
              i32.const 224
              i32.or
              i32.store8
              br 3 (;@1;)
            end
            local.get 4
            local.get 1
            i32.store8
            br 2 (;@1;)
          end
          local.get 4
          local.get 1
          i32.const 63
          i32.and
          i32.const 128
          i32.or
          i32.store8 offset=1
          local.get 4
          local.get 1
          i32.const 6
          i32.shr_u
          i32.const 192
          i32.or
          i32.store8
          br 1 (;@1;)
        end
        local.get 4
        local.get 6
        i32.store8 offset=3
        local.get 4
        local.get 7
        i32.store8 offset=2
        local.get 4
        local.get 5
        i32.const 63
        i32.and
        i32.const 128
        i32.or
        i32.store8 offset=1
        local.get 4
        local.get 1
        i32.const 18
        i32.shr_u
        i32.const 240
        i32.or
        i32.store8
      end
      local.get 0
      local.get 3
      local.get 2
      i32.add
      i32.store offset=8
      i32.const 0
    )
    (func (;81;) (type 0) (param i32 i32 i32) (result i32)
      local.get 0
      i32.const 67084
      local.get 1
      local.get 2
      call 5
    )
    (func (;82;) (type 0) (param i32 i32 i32) (result i32)
      (local i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32)
      local.get 0
      i32.load offset=4
      local.set 3
      local.get 0
      i32.load
      local.set 4
      local.get 0
      i32.load offset=8
      local.set 5
      i32.const 0
      local.set 6
      i32.const 0
      local.set 7
      i32.const 0
      local.set 8
      i32.const 0
      local.set 9
      block ;; label = @1
        loop ;; label = @2
          local.get 7
          i32.const 1
          i32.and
          br_if 1 (;@1;)
          block ;; label = @3
            block ;; label = @4
              local.get 2
              local.get 9
              i32.lt_u
              br_if 0 (;@4;)
              block ;; label = @5
                loop ;; label = @6
                  local.get 1
                  local.get 9
                  i32.add
                  local.set 7
                  block ;; label = @7
                    block ;; label = @8
                      block ;; label = @9
                        block ;; label = @10
                          block ;; label = @11
                            local.get 2
                            local.get 9
                            i32.sub
                            local.tee 10
                            i32.const 8
                            i32.lt_u
                            br_if 0 (;@11;)
                            local.get 7
                            i32.const 3
                            i32.add
                            i32.const -4
                            i32.and
                            local.tee 0
                            local.get 7
                            i32.eq
                            br_if 1 (;@10;)
                            local.get 0
                            local.get 7
                            i32.sub
                            local.set 11
                            i32.const 0
                            local.set 0
                            loop ;; label = @12
                              local.get 7
                              local.get 0
                              i32.add
                              i32.load8_u
                              i32.const 10
                              i32.eq
                              br_if 5 (;@7;)
                              local.get 11
                              local.get 0
                              i32.const 1
                              i32.add
                              local.tee 0
                              i32.ne
                              br_if 0 (;@12;)
                            end
                            local.get 11
                            local.get 10
                            i32.const -8
                            i32.add
                            local.tee 12
                            i32.gt_u
                            br_if 3 (;@8;)
                            br 2 (;@9;)
                          end
                          local.get 2
                          local.get 9
                          i32.eq
                          br_if 5 (;@5;)
                          i32.const 0
                          local.set 0
                          loop ;; label = @11
                            local.get 7
                            local.get 0
                            i32.add
                            i32.load8_u
                            i32.const 10
                            i32.eq
                            br_if 4 (;@7;)
                            local.get 10
                            local.get 0
                            i32.const 1
                            i32.add
                            local.tee 0
                            i32.eq
                            br_if 6 (;@5;)
                            br 0 (;@11;)
                          end
                        end
                        local.get 10
                        i32.const -8
                        i32.add
                        local.set 12
                        i32.const 0
                        local.set 11
                      end
                      loop ;; label = @9
                        i32.const 16843008
                        local.get 7
                        local.get 11
                        i32.add
                        local.tee 0
                        i32.load
                        local.tee 13
                        i32.const 168430090
                        i32.xor
                        i32.sub
                        local.get 13
                        i32.or
                        i32.const 16843008
                        local.get 0
                        i32.const 4
                        i32.add
                        i32.load
                        local.tee 0
                        i32.const 168430090
                        i32.xor
                        i32.sub
                        local.get 0
                        i32.or
                        i32.and
                        i32.const -2139062144
                        i32.and
                        i32.const -2139062144
                        i32.ne
                        br_if 1 (;@8;)
                        local.get 11
                        i32.const 8
                        i32.add
                        local.tee 11
                        local.get 12
                        i32.le_u
                        br_if 0 (;@9;)
                      end
                    end
                    local.get 10
                    local.get 11
                    i32.eq
                    br_if 2 (;@5;)
                    local.get 7
                    local.get 11
                    i32.add
                    local.set 13
                    local.get 2
                    local.get 11
                    i32.sub
                    local.get 9
                    i32.sub
                    local.set 10
                    i32.const 0
                    local.set 0
                    block ;; label = @8
                      loop ;; label = @9
                        local.get 13
                        local.get 0
                        i32.add
                        i32.load8_u
                        i32.const 10
                        i32.eq
                        br_if 1 (;@8;)
                        local.get 10
                        local.get 0
                        i32.const 1
                        i32.add
                        local.tee 0
                        i32.eq
                        br_if 4 (;@5;)
                        br 0 (;@9;)
                      end
                    end
                    local.get 0
                    local.get 11
                    i32.add
                    local.set 0
                  end
                  local.get 0
                  local.get 9
                  i32.add
                  local.tee 11
                  i32.const 1
                  i32.add
                  local.set 9
                  block ;; label = @7
                    local.get 11
                    local.get 2
                    i32.ge_u
                    br_if 0 (;@7;)
                    local.get 7
                    local.get 0
                    i32.add
                    i32.load8_u
                    i32.const 10
                    i32.ne
                    br_if 0 (;@7;)
                    i32.const 0
                    local.set 7
                    local.get 9
                    local.set 13
                    local.get 9
                    local.set 0
                    br 4 (;@3;)
                  end
                  local.get 9
                  local.get 2
                  i32.le_u
                  br_if 0 (;@6;)
                  br 2 (;@4;)
                end
              end
              local.get 2
              local.set 9
            end
            local.get 2
            local.get 8
            i32.eq
            br_if 2 (;@1;)
            i32.const 1
            local.set 7
            local.get 8
            local.set 13
            local.get 2
            local.set 0
          end
          block ;; label = @3
            block ;; label = @4
              local.get 5
              i32.load8_u
              i32.eqz
              br_if 0 (;@4;)
              local.get 4
              i32.const 69906
              i32.const 4
              local.get 3
              i32.load offset=12
              call_indirect (type 0)
              br_if 1 (;@3;)
            end
            local.get 0
            local.get 8
            i32.sub
            local.set 10
            i32.const 0
            local.set 11
            block ;; label = @4
              local.get 0
              local.get 8
              i32.eq
              br_if 0 (;@4;)
              local.get 1
              local.get 0
              i32.add
              i32.const -1
              i32.add
              i32.load8_u
              i32.const 10
              i32.eq
              local.set 11
            end
            local.get 1
            local.get 8
            i32.add
            local.set 0
            local.get 5
            local.get 11
            i32.store8
            local.get 13
            local.set 8
            local.get 4
            local.get 0
            local.get 10
            local.get 3
            i32.load offset=12
            call_indirect (type 0)
            i32.eqz
            br_if 1 (;@2;)
          end
        end
        i32.const 1
        local.set 6
      end
      local.get 6
    )
    (func (;83;) (type 1) (param i32 i32) (result i32)
      (local i32 i32)
      local.get 0
      i32.load offset=4
      local.set 2
      local.get 0
      i32.load
      local.set 3
      block ;; label = @1
        local.get 0
        i32.load offset=8
        local.tee 0
        i32.load8_u
        i32.eqz
        br_if 0 (;@1;)
        local.get 3
        i32.const 69906
        i32.const 4
        local.get 2
        i32.load offset=12
        call_indirect (type 0)
        i32.eqz
        br_if 0 (;@1;)
        i32.const 1
        return
      end
      local.get 0
      local.get 1
      i32.const 10
      i32.eq
      i32.store8
      local.get 3
      local.get 1
      local.get 2
      i32.load offset=16
      call_indirect (type 1)
    )
    (func (;84;) (type 0) (param i32 i32 i32) (result i32)
      local.get 0
      i32.const 67916
      local.get 1
      local.get 2
      call 5
    )
    (func (;85;) (type 1) (param i32 i32) (result i32)
      (local i32 i32)
      global.get 0
      i32.const 16
      i32.sub
      local.tee 2
      global.set 0
      i32.const 9
      local.set 3
      loop ;; label = @1
        local.get 2
        i32.const 8
        i32.add
        local.get 3
        i32.add
        i32.const -2
        i32.add
        local.get 0
        i32.const 15
        i32.and
        i32.load8_u offset=67875
        i32.store8
        local.get 3
        i32.const -1
        i32.add
        local.set 3
        local.get 0
        i32.const 4
        i32.shr_u
        local.tee 0
        br_if 0 (;@1;)
      end
      local.get 1
      i32.const 1
      i32.const 69910
      i32.const 2
      local.get 2
      i32.const 8
      i32.add
      local.get 3
      i32.add
      i32.const -1
      i32.add
      i32.const 9
      local.get 3
      i32.sub
      call 86
      local.set 3
      local.get 2
      i32.const 16
      i32.add
      global.set 0
      local.get 3
    )
    (func (;86;) (type 13) (param i32 i32 i32 i32 i32 i32) (result i32)
      (local i32 i32 i32 i32 i32 i32 i64)
      global.get 0
      i32.const 16
      i32.sub
      local.tee 6
      global.set 0
      block ;; label = @1
        block ;; label = @2
          local.get 1
          br_if 0 (;@2;)
          local.get 5
          i32.const 1
          i32.add
          local.set 7
          local.get 0
          i32.load offset=8
          local.set 8
          i32.const 45
          local.set 9
          br 1 (;@1;)
        end
        i32.const 43
        i32.const 1114112
        local.get 0
        i32.load offset=8
        local.tee 8
        i32.const 2097152
        i32.and
        local.tee 1
        select
        local.set 9
        local.get 1
        i32.const 21
        i32.shr_u
        local.get 5
        i32.add
        local.set 7
      end
      block ;; label = @1
        block ;; label = @2
          local.get 8
          i32.const 8388608
          i32.and
          br_if 0 (;@2;)
          i32.const 0
          local.set 2
          br 1 (;@1;)
        end
        i32.const 0
        local.set 10
        block ;; label = @2
          local.get 3
          i32.eqz
          br_if 0 (;@2;)
          local.get 2
          local.set 1
          local.get 3
          local.set 11
          loop ;; label = @3
            local.get 10
            local.get 1
            i32.load8_s
            i32.const -65
            i32.gt_s
            i32.add
            local.set 10
            local.get 1
            i32.const 1
            i32.add
            local.set 1
            local.get 11
            i32.const -1
            i32.add
            local.tee 11
            br_if 0 (;@3;)
          end
        end
        local.get 10
        local.get 7
        i32.add
        local.set 7
      end
      block ;; label = @1
        block ;; label = @2
          block ;; label = @3
            block ;; label = @4
              block ;; label = @5
                local.get 7
                local.get 0
                i32.load16_u offset=12
                local.tee 10
                i32.ge_u
                br_if 0 (;@5;)
                block ;; label = @6
                  local.get 8
                  i32.const 16777216
                  i32.and
                  br_if 0 (;@6;)
                  i32.const 1
                  local.set 1
                  local.get 6
                  local.get 0
                  local.get 10
                  local.get 7
                  i32.sub
                  i32.const 1
                  call 87
                  local.get 6
                  i32.load
                  local.tee 11
                  i32.const 1114112
                  i32.eq
                  br_if 5 (;@1;)
                  local.get 6
                  i32.load16_u offset=4
                  local.set 10
                  local.get 0
                  i32.load
                  local.tee 7
                  local.get 0
                  i32.load offset=4
                  local.tee 0
                  local.get 9
                  local.get 2
                  local.get 3
                  call 88
                  br_if 5 (;@1;)
                  local.get 7
                  local.get 4
                  local.get 5
                  local.get 0
                  i32.load offset=12
                  call_indirect (type 0)
                  br_if 5 (;@1;)
                  local.get 10
                  i32.const 65535
                  i32.and
                  local.set 3
                  i32.const 0
                  local.set 10
                  loop ;; label = @7
                    local.get 3
                    local.get 10
                    i32.const 65535
                    i32.and
                    i32.le_u
                    br_if 5 (;@2;)
                    i32.const 1
                    local.set 1
                    local.get 10
                    i32.const 1
                    i32.add
                    local.set 10
                    local.get 7
                    local.get 11
                    local.get 0
                    i32.load offset=16
                    call_indirect (type 1)
                    i32.eqz
                    br_if 0 (;@7;)
                    br 6 (;@1;)
                  end
                end
                local.get 0
                local.get 0
                i64.load offset=8 align=4
                local.tee 12
                i32.wrap_i64
                i32.const -1612709888
                i32.and
                i32.const 536870960
                i32.or
                i32.store offset=8
                local.get 0
                i32.load
                local.tee 11
                local.get 0
                i32.load offset=4
                local.tee 8
                local.get 9
                local.get 2
                local.get 3
                call 88
                br_if 1 (;@4;)
                i32.const 1
                local.set 1
                local.get 6
                i32.const 8
                i32.add
                local.get 0
                local.get 10
                local.get 7
                i32.sub
                i32.const 1
                call 87
                local.get 6
                i32.load offset=8
                local.tee 7
                i32.const 1114112
                i32.eq
                br_if 4 (;@1;)
                local.get 6
                i32.load16_u offset=12
                local.set 3
                local.get 11
                local.get 4
                local.get 5
                local.get 8
                i32.load offset=12
                call_indirect (type 0)
                br_if 4 (;@1;)
                i32.const 0
                local.set 10
                local.get 3
                i32.const 65535
                i32.and
                local.set 3
                block ;; label = @6
                  loop ;; label = @7
                    local.get 3
                    local.get 10
                    i32.const 65535
                    i32.and
                    i32.le_u
                    br_if 1 (;@6;)
                    i32.const 1
                    local.set 1
                    local.get 10
                    i32.const 1
                    i32.add
                    local.set 10
                    local.get 11
                    local.get 7
                    local.get 8
                    i32.load offset=16
                    call_indirect (type 1)
                    i32.eqz
                    br_if 0 (;@7;)
                    br 6 (;@1;)
                  end
                end
                local.get 0
                local.get 12
                i64.store offset=8 align=4
                br 3 (;@2;)
              end
              local.get 0
              i32.load
              local.tee 1
              local.get 0
              i32.load offset=4
              local.tee 10
              local.get 9
              local.get 2
              local.get 3
              call 88
              i32.eqz
              br_if 1 (;@3;)
            end
            i32.const 1
            local.set 1
            br 2 (;@1;)
          end
          local.get 1
          local.get 4
          local.get 5
          local.get 10
          i32.load offset=12
          call_indirect (type 0)
          local.set 1
          br 1 (;@1;)
        end
        i32.const 0
        local.set 1
      end
      local.get 6
      i32.const 16
      i32.add
      global.set 0
      local.get 1
    )
    (func (;87;) (type 7) (param i32 i32 i32 i32)
      (local i32 i32 i32 i32)
      i32.const 0
      local.set 4
      i32.const 0
      local.set 5
      block ;; label = @1
        block ;; label = @2
          block ;; label = @3
            local.get 3
            local.get 1
            i32.load offset=8
            local.tee 6
            i32.const 29
            i32.shr_u
            i32.const 3
            i32.and
            local.tee 7
            local.get 7
            i32.const 3
            i32.eq
            select
            i32.const 255
            i32.and
            br_table 2 (;@1;) 0 (;@3;) 1 (;@2;) 2 (;@1;)
          end
          local.get 2
          local.set 5
          br 1 (;@1;)
        end
        local.get 2
        i32.const 65534
        i32.and
        i32.const 1
        i32.shr_u
        local.set 5
      end
      local.get 6
      i32.const 2097151
      i32.and
      local.set 3
      local.get 1
      i32.load offset=4
      local.set 6
      local.get 1
      i32.load
      local.set 1
      block ;; label = @1
        block ;; label = @2
          loop ;; label = @3
            local.get 4
            i32.const 65535
            i32.and
            local.get 5
            i32.const 65535
            i32.and
            i32.ge_u
            br_if 1 (;@2;)
            local.get 4
            i32.const 1
            i32.add
            local.set 4
            local.get 1
            local.get 3
            local.get 6
            i32.load offset=16
            call_indirect (type 1)
            i32.eqz
            br_if 0 (;@3;)
          end
          i32.const 1114112
          local.set 3
          br 1 (;@1;)
        end
        local.get 2
        local.get 5
        i32.sub
        local.set 4
      end
      local.get 0
      local.get 4
      i32.store16 offset=4
      local.get 0
      local.get 3
      i32.store
    )
    (func (;88;) (type 10) (param i32 i32 i32 i32 i32) (result i32)
      block ;; label = @1
        local.get 2
        i32.const 1114112
        i32.eq
        br_if 0 (;@1;)
        local.get 0
        local.get 2
        local.get 1
        i32.load offset=16
        call_indirect (type 1)
        i32.eqz
        br_if 0 (;@1;)
        i32.const 1
        return
      end
      block ;; label = @1
        local.get 3
        br_if 0 (;@1;)
        i32.const 0
        return
      end
      local.get 0
      local.get 3
      local.get 4
      local.get 1
      i32.load offset=12
      call_indirect (type 0)
    )
    (func (;89;) (type 1) (param i32 i32) (result i32)
      (local i32 i32 i32 i32 i32)
      global.get 0
      i32.const 32
      i32.sub
      local.tee 2
      global.set 0
      i32.const 1
      local.set 3
      block ;; label = @1
        local.get 1
        i32.load
        local.tee 4
        i32.const 39
        local.get 1
        i32.load offset=4
        local.tee 5
        i32.load offset=16
        local.tee 6
        call_indirect (type 1)
        br_if 0 (;@1;)
        block ;; label = @2
          block ;; label = @3
            block ;; label = @4
              block ;; label = @5
                block ;; label = @6
                  block ;; label = @7
                    block ;; label = @8
                      block ;; label = @9
                        block ;; label = @10
                          block ;; label = @11
                            block ;; label = @12
                              block ;; label = @13
                                block ;; label = @14
                                  block ;; label = @15
                                    block ;; label = @16
                                      local.get 0
                                      i32.load
                                      local.tee 1
                                      i32.const 33
                                      i32.gt_s
                                      br_if 0 (;@16;)
                                      local.get 1
                                      i32.const -9
                                      i32.add
                                      br_table 1 (;@15;) 3 (;@13;) 6 (;@10;) 6 (;@10;) 2 (;@14;) 4 (;@12;)
                                    end
                                    local.get 1
                                    i32.const 34
                                    i32.eq
                                    br_if 6 (;@9;)
                                    i32.const 39
                                    local.set 3
                                    local.get 1
                                    i32.const 39
                                    i32.eq
                                    br_if 4 (;@11;)
                                    i32.const 92
                                    local.set 3
                                    local.get 1
                                    i32.const 92
                                    i32.eq
                                    br_if 4 (;@11;)
                                    br 5 (;@10;)
                                  end
                                  i32.const 116
                                  local.set 3
                                  br 3 (;@11;)
                                end
                                i32.const 114
                                local.set 3
                                br 2 (;@11;)
                              end
                              i32.const 110
                              local.set 3
                              br 1 (;@11;)
                            end
                            i32.const 48
                            local.set 3
                            local.get 1
                            br_if 1 (;@10;)
                          end
                          local.get 2
                          i32.const 512
                          i32.store16 offset=12
                          local.get 2
                          i64.const 0
                          i64.store offset=2 align=2
                          local.get 2
                          local.get 3
                          i32.store8 offset=1
                          local.get 2
                          i32.const 92
                          i32.store8
                          i32.const 2
                          local.set 1
                          i32.const 0
                          local.set 3
                          br 6 (;@4;)
                        end
                        local.get 1
                        i32.const 767
                        i32.le_u
                        br_if 0 (;@9;)
                        local.get 1
                        call 90
                        br_if 1 (;@8;)
                      end
                      local.get 1
                      call 91
                      br_if 2 (;@6;)
                      local.get 2
                      i32.const 20
                      i32.add
                      local.get 1
                      call 92
                      local.get 2
                      local.get 2
                      i32.load16_u offset=28 align=1
                      i32.store16 offset=8
                      local.get 2
                      local.get 2
                      i64.load offset=20 align=1
                      i64.store
                      br 1 (;@7;)
                    end
                    local.get 2
                    i32.const 20
                    i32.add
                    local.get 1
                    call 92
                    local.get 2
                    local.get 2
                    i32.load16_u offset=28 align=1
                    i32.store16 offset=8
                    local.get 2
                    local.get 2
                    i64.load offset=20 align=1
                    i64.store
                  end
                  local.get 2
                  i32.load8_u offset=31
                  local.set 1
                  local.get 2
                  local.get 2
                  i32.load8_u offset=30
                  local.tee 3
                  i32.store8 offset=12
                  local.get 2
                  local.get 1
                  i32.store8 offset=13
                  local.get 1
                  i32.const 255
                  i32.and
                  i32.const 129
                  i32.lt_u
                  br_if 2 (;@4;)
                  local.get 2
                  i32.load
                  local.set 1
                  br 1 (;@5;)
                end
                local.get 2
                i32.const 33152
                i32.store16 offset=12
                local.get 2
                local.get 1
                i32.store
              end
              local.get 4
              local.get 1
              local.get 6
              call_indirect (type 1)
              i32.eqz
              br_if 1 (;@3;)
              br 2 (;@2;)
            end
            local.get 4
            local.get 2
            local.get 3
            i32.const 255
            i32.and
            local.tee 3
            i32.add
            local.get 1
            i32.const 255
            i32.and
            local.get 3
            i32.sub
            local.get 5
            i32.load offset=12
            call_indirect (type 0)
            br_if 1 (;@2;)
          end
          local.get 4
          i32.const 39
          local.get 6
          call_indirect (type 1)
          local.set 3
          br 1 (;@1;)
        end
        i32.const 1
        local.set 3
      end
      local.get 2
      i32.const 32
      i32.add
      global.set 0
      local.get 3
    )
    (func (;90;) (type 8) (param i32) (result i32)
      (local i32 i32 i32 i32 i32)
      local.get 0
      i32.const 11
      i32.shl
      local.set 1
      i32.const 0
      local.set 2
      i32.const 33
      local.set 3
      loop ;; label = @1
        local.get 2
        local.get 3
        i32.const 1
        i32.shr_u
        local.tee 4
        local.get 2
        i32.add
        local.tee 5
        local.get 5
        i32.const 2
        i32.shl
        i32.load offset=69772
        i32.const 11
        i32.shl
        local.get 1
        i32.gt_u
        select
        local.set 2
        local.get 3
        local.get 4
        i32.sub
        local.tee 3
        i32.const 1
        i32.gt_u
        br_if 0 (;@1;)
      end
      local.get 2
      local.get 2
      i32.const 2
      i32.shl
      i32.load offset=69772
      i32.const 11
      i32.shl
      local.tee 3
      local.get 1
      i32.lt_u
      i32.add
      local.get 3
      local.get 1
      i32.eq
      i32.add
      local.tee 4
      i32.const 2
      i32.shl
      i32.const 69772
      i32.add
      local.tee 5
      i32.load
      i32.const 21
      i32.shr_u
      local.set 2
      i32.const 767
      local.set 3
      block ;; label = @1
        block ;; label = @2
          local.get 4
          i32.const 31
          i32.gt_u
          br_if 0 (;@2;)
          local.get 5
          i32.load offset=4
          i32.const 21
          i32.shr_u
          local.set 3
          local.get 4
          br_if 0 (;@2;)
          i32.const 0
          local.set 4
          br 1 (;@1;)
        end
        local.get 5
        i32.const -4
        i32.add
        i32.load
        i32.const 2097151
        i32.and
        local.set 4
      end
      block ;; label = @1
        local.get 3
        local.get 2
        i32.const -1
        i32.xor
        i32.add
        i32.eqz
        br_if 0 (;@1;)
        local.get 0
        local.get 4
        i32.sub
        local.set 4
        local.get 3
        i32.const -1
        i32.add
        local.set 5
        i32.const 0
        local.set 3
        loop ;; label = @2
          local.get 3
          local.get 2
          i32.const 67108
          i32.add
          i32.load8_u
          i32.add
          local.tee 3
          local.get 4
          i32.gt_u
          br_if 1 (;@1;)
          local.get 5
          local.get 2
          i32.const 1
          i32.add
          local.tee 2
          i32.ne
          br_if 0 (;@2;)
        end
      end
      local.get 2
      i32.const 1
      i32.and
    )
    (func (;91;) (type 8) (param i32) (result i32)
      (local i32)
      block ;; label = @1
        local.get 0
        i32.const 32
        i32.ge_u
        br_if 0 (;@1;)
        i32.const 0
        return
      end
      block ;; label = @1
        local.get 0
        i32.const 127
        i32.ge_u
        br_if 0 (;@1;)
        i32.const 1
        return
      end
      block ;; label = @1
        local.get 0
        i32.const 65536
        i32.lt_u
        br_if 0 (;@1;)
        block ;; label = @2
          local.get 0
          i32.const 131072
          i32.lt_u
          br_if 0 (;@2;)
          local.get 0
          i32.const 2097150
          i32.and
          local.tee 1
          i32.const 183982
          i32.ne
          local.get 0
          i32.const 2097120
          i32.and
          i32.const 173792
          i32.ne
          local.get 1
          i32.const 178206
          i32.ne
          i32.and
          i32.and
          local.get 0
          i32.const -191472
          i32.add
          i32.const -15
          i32.lt_u
          i32.and
          local.get 0
          i32.const -194560
          i32.add
          i32.const -2466
          i32.lt_u
          i32.and
          local.get 0
          i32.const -196608
          i32.add
          i32.const -1506
          i32.lt_u
          i32.and
          local.get 0
          i32.const -201552
          i32.add
          i32.const -5
          i32.lt_u
          i32.and
          local.get 0
          i32.const -917760
          i32.add
          i32.const -707718
          i32.lt_u
          i32.and
          local.get 0
          i32.const 918000
          i32.lt_u
          i32.and
          return
        end
        local.get 0
        i32.const 68280
        i32.const 46
        i32.const 68372
        i32.const 212
        i32.const 68584
        i32.const 504
        call 94
        return
      end
      local.get 0
      i32.const 69088
      i32.const 38
      i32.const 69164
      i32.const 284
      i32.const 69448
      i32.const 292
      call 94
    )
    (func (;92;) (type 2) (param i32 i32)
      (local i32 i32 i32)
      global.get 0
      i32.const 16
      i32.sub
      local.tee 2
      i32.const 0
      i32.store8 offset=8
      local.get 2
      i32.const 0
      i32.store16 offset=6
      local.get 2
      local.get 1
      i32.const 20
      i32.shr_u
      i32.load8_u offset=67875
      i32.store8 offset=9
      local.get 2
      local.get 1
      i32.const 4
      i32.shr_u
      i32.const 15
      i32.and
      i32.load8_u offset=67875
      i32.store8 offset=13
      local.get 2
      local.get 1
      i32.const 8
      i32.shr_u
      i32.const 15
      i32.and
      i32.load8_u offset=67875
      i32.store8 offset=12
      local.get 2
      local.get 1
      i32.const 12
      i32.shr_u
      i32.const 15
      i32.and
      i32.load8_u offset=67875
      i32.store8 offset=11
      local.get 2
      local.get 1
      i32.const 16
      i32.shr_u
      i32.const 15
      i32.and
      i32.load8_u offset=67875
      i32.store8 offset=10
      local.get 2
      i32.const 6
      i32.add
      local.get 1
      i32.const 1
      i32.or
      i32.clz
      i32.const 2
      i32.shr_u
      local.tee 3
      i32.add
      local.tee 4
      i32.const 123
      i32.store8
      local.get 4
      i32.const -1
      i32.add
      i32.const 117
      i32.store8
      local.get 2
      i32.const 6
      i32.add
      local.get 3
      i32.const -2
      i32.add
      local.tee 3
      i32.add
      i32.const 92
      i32.store8
      local.get 0
      i32.const 10
      i32.store8 offset=11
      local.get 0
      local.get 3
      i32.store8 offset=10
      local.get 0
      local.get 2
      i64.load offset=6 align=2
      i64.store align=1
      local.get 2
      i32.const 125
      i32.store8 offset=15
      local.get 2
      local.get 1
      i32.const 15
      i32.and
      i32.load8_u offset=67875
      i32.store8 offset=14
      local.get 0
      local.get 2
      i32.load16_u offset=14
      i32.store16 offset=8 align=1
    )
    (func (;93;) (type 1) (param i32 i32) (result i32)
      (local i32 i32)
      global.get 0
      i32.const 16
      i32.sub
      local.tee 2
      global.set 0
      i32.const 5
      local.set 3
      loop ;; label = @1
        local.get 2
        i32.const 12
        i32.add
        local.get 3
        i32.add
        i32.const -2
        i32.add
        local.get 0
        i32.const 15
        i32.and
        i32.const 69912
        i32.add
        i32.load8_u
        i32.store8
        local.get 3
        i32.const -1
        i32.add
        local.set 3
        local.get 0
        i32.const 4
        i32.shr_u
        i32.const 4095
        i32.and
        local.tee 0
        br_if 0 (;@1;)
      end
      local.get 1
      i32.const 1
      i32.const 69910
      i32.const 2
      local.get 2
      i32.const 12
      i32.add
      local.get 3
      i32.add
      i32.const -1
      i32.add
      i32.const 5
      local.get 3
      i32.sub
      call 86
      local.set 3
      local.get 2
      i32.const 16
      i32.add
      global.set 0
      local.get 3
    )
    (func (;94;) (type 14) (param i32 i32 i32 i32 i32 i32 i32) (result i32)
      (local i32 i32 i32 i32 i32 i32)
      local.get 1
      local.get 2
      i32.const 1
      i32.shl
      i32.add
      local.set 7
      local.get 0
      i32.const 65280
      i32.and
      i32.const 8
      i32.shr_u
      local.set 8
      i32.const 0
      local.set 9
      local.get 0
      i32.const 255
      i32.and
      local.set 10
      block ;; label = @1
        block ;; label = @2
          block ;; label = @3
            block ;; label = @4
              loop ;; label = @5
                local.get 1
                i32.const 2
                i32.add
                local.set 11
                local.get 9
                local.get 1
                i32.load8_u offset=1
                local.tee 2
                i32.add
                local.set 12
                block ;; label = @6
                  local.get 1
                  i32.load8_u
                  local.tee 1
                  local.get 8
                  i32.eq
                  br_if 0 (;@6;)
                  local.get 1
                  local.get 8
                  i32.gt_u
                  br_if 3 (;@3;)
                  local.get 12
                  local.set 9
                  local.get 11
                  local.set 1
                  local.get 11
                  local.get 7
                  i32.ne
                  br_if 1 (;@5;)
                  br 3 (;@3;)
                end
                local.get 12
                local.get 9
                i32.lt_u
                br_if 1 (;@4;)
                local.get 12
                local.get 4
                i32.gt_u
                br_if 1 (;@4;)
                local.get 3
                local.get 9
                i32.add
                local.set 1
                loop ;; label = @6
                  block ;; label = @7
                    local.get 2
                    br_if 0 (;@7;)
                    local.get 12
                    local.set 9
                    local.get 11
                    local.set 1
                    local.get 11
                    local.get 7
                    i32.ne
                    br_if 2 (;@5;)
                    br 4 (;@3;)
                  end
                  local.get 2
                  i32.const -1
                  i32.add
                  local.set 2
                  local.get 1
                  i32.load8_u
                  local.set 9
                  local.get 1
                  i32.const 1
                  i32.add
                  local.set 1
                  local.get 9
                  local.get 10
                  i32.ne
                  br_if 0 (;@6;)
                end
              end
              i32.const 0
              local.set 2
              br 2 (;@2;)
            end
            local.get 9
            local.get 12
            local.get 4
            i32.const 69756
            call 63
            unreachable
          end
          local.get 0
          i32.const 65535
          i32.and
          local.set 9
          local.get 5
          local.get 6
          i32.add
          local.set 12
          i32.const 1
          local.set 2
          loop ;; label = @3
            local.get 5
            i32.const 1
            i32.add
            local.set 10
            block ;; label = @4
              block ;; label = @5
                local.get 5
                i32.load8_s
                local.tee 1
                i32.const 0
                i32.lt_s
                br_if 0 (;@5;)
                local.get 10
                local.set 5
                br 1 (;@4;)
              end
              local.get 10
              local.get 12
              i32.eq
              br_if 3 (;@1;)
              local.get 1
              i32.const 127
              i32.and
              i32.const 8
              i32.shl
              local.get 5
              i32.load8_u offset=1
              i32.or
              local.set 1
              local.get 5
              i32.const 2
              i32.add
              local.set 5
            end
            local.get 9
            local.get 1
            i32.sub
            local.tee 9
            i32.const 0
            i32.lt_s
            br_if 1 (;@2;)
            local.get 2
            i32.const 1
            i32.xor
            local.set 2
            local.get 5
            local.get 12
            i32.ne
            br_if 0 (;@3;)
          end
        end
        local.get 2
        i32.const 1
        i32.and
        return
      end
      i32.const 69740
      call 95
      unreachable
    )
    (func (;95;) (type 5) (param i32)
      i32.const 68036
      i32.const 43
      local.get 0
      call 100
      unreachable
    )
    (func (;96;) (type 3) (param i32 i32 i32)
      (local i32)
      global.get 0
      i32.const 32
      i32.sub
      local.tee 3
      global.set 0
      local.get 3
      local.get 1
      i32.store offset=12
      local.get 3
      local.get 0
      i32.store offset=8
      local.get 3
      i32.const 37
      i32.store offset=28
      local.get 3
      i32.const 37
      i32.store offset=20
      local.get 3
      local.get 3
      i32.const 12
      i32.add
      i32.store offset=24
      local.get 3
      local.get 3
      i32.const 8
      i32.add
      i32.store offset=16
      i32.const 65544
      local.get 3
      i32.const 16
      i32.add
      local.get 2
      call 3
      unreachable
    )
    (func (;97;) (type 3) (param i32 i32 i32)
      (local i32)
      global.get 0
      i32.const 32
      i32.sub
      local.tee 3
      global.set 0
      local.get 3
      local.get 1
      i32.store offset=12
      local.get 3
      local.get 0
      i32.store offset=8
      local.get 3
      i32.const 37
      i32.store offset=28
      local.get 3
      i32.const 37
      i32.store offset=20
      local.get 3
      local.get 3
      i32.const 12
      i32.add
      i32.store offset=24
      local.get 3
      local.get 3
      i32.const 8
      i32.add
      i32.store offset=16
      i32.const 65798
      local.get 3
      i32.const 16
      i32.add
      local.get 2
      call 3
      unreachable
    )
    (func (;98;) (type 3) (param i32 i32 i32)
      (local i32)
      global.get 0
      i32.const 32
      i32.sub
      local.tee 3
      global.set 0
      local.get 3
      local.get 1
      i32.store offset=12
      local.get 3
      local.get 0
      i32.store offset=8
      local.get 3
      i32.const 37
      i32.store offset=28
      local.get 3
      i32.const 37
      i32.store offset=20
      local.get 3
      local.get 3
      i32.const 12
      i32.add
      i32.store offset=24
      local.get 3
      local.get 3
      i32.const 8
      i32.add
      i32.store offset=16
      i32.const 65855
      local.get 3
      i32.const 16
      i32.add
      local.get 2
      call 3
      unreachable
    )
    (func (;99;) (type 3) (param i32 i32 i32)
      (local i32)
      global.get 0
      i32.const 32
      i32.sub
      local.tee 3
      global.set 0
      local.get 3
      local.get 1
      i32.store offset=12
      local.get 3
      local.get 0
      i32.store offset=8
      local.get 3
      i32.const 37
      i32.store offset=28
      local.get 3
      i32.const 37
      i32.store offset=20
      local.get 3
      local.get 3
      i32.const 12
      i32.add
      i32.store offset=24
      local.get 3
      local.get 3
      i32.const 8
      i32.add
      i32.store offset=16
      i32.const 65855
      local.get 3
      i32.const 16
      i32.add
      local.get 2
      call 3
      unreachable
    )
    (func (;100;) (type 3) (param i32 i32 i32)
      local.get 0
      local.get 1
      i32.const 1
      i32.shl
      i32.const 1
      i32.or
      local.get 2
      call 3
      unreachable
    )
    (func (;101;) (type 5) (param i32)
      (local i32 i64)
      global.get 0
      i32.const 16
      i32.sub
      local.tee 1
      global.set 0
      local.get 0
      i64.load align=4
      local.set 2
      local.get 1
      local.get 0
      i32.store offset=12
      local.get 1
      local.get 2
      i64.store offset=4 align=4
      local.get 1
      i32.const 4
      i32.add
      call 153
      unreachable
    )
    (func (;102;) (type 1) (param i32 i32) (result i32)
      (local i32 i32 i32 i32 i32 i32 i32)
      global.get 0
      i32.const 16
      i32.sub
      local.tee 2
      global.set 0
      i32.const 10
      local.set 3
      local.get 0
      i32.load
      local.tee 4
      local.set 5
      block ;; label = @1
        local.get 4
        i32.const 1000
        i32.lt_u
        br_if 0 (;@1;)
        i32.const 10
        local.set 3
        local.get 4
        local.set 5
        loop ;; label = @2
          local.get 2
          i32.const 6
          i32.add
          local.get 3
          i32.add
          local.tee 6
          i32.const -4
          i32.add
          local.get 5
          local.tee 0
          local.get 0
          i32.const 10000
          i32.div_u
          local.tee 5
          i32.const 10000
          i32.mul
          i32.sub
          local.tee 7
          i32.const 65535
          i32.and
          i32.const 100
          i32.div_u
          local.tee 8
          i32.const 1
          i32.shl
          i32.load16_u offset=68079 align=1
          i32.store16 align=1
          local.get 6
          i32.const -2
          i32.add
          local.get 7
          local.get 8
          i32.const 100
          i32.mul
          i32.sub
          i32.const 65535
          i32.and
          i32.const 1
          i32.shl
          i32.load16_u offset=68079 align=1
          i32.store16 align=1
          local.get 3
          i32.const -4
          i32.add
          local.set 3
          local.get 0
          i32.const 9999999
          i32.gt_u
          br_if 0 (;@2;)
        end
      end
      block ;; label = @1
        block ;; label = @2
          local.get 5
          i32.const 9
          i32.gt_u
          br_if 0 (;@2;)
          local.get 5
          local.set 0
          br 1 (;@1;)
        end
        local.get 2
        i32.const 6
        i32.add
        local.get 3
        i32.const -2
        i32.add
        local.tee 3
        i32.add
        local.get 5
        local.get 5
        i32.const 65535
        i32.and
        i32.const 100
        i32.div_u
        local.tee 0
        i32.const 100
        i32.mul
        i32.sub
        i32.const 65535
        i32.and
        i32.const 1
        i32.shl
        i32.load16_u offset=68079 align=1
        i32.store16 align=1
      end
      block ;; label = @1
        block ;; label = @2
          local.get 4
          i32.eqz
          br_if 0 (;@2;)
          local.get 0
          i32.eqz
          br_if 1 (;@1;)
        end
        local.get 2
        i32.const 6
        i32.add
        local.get 3
        i32.const -1
        i32.add
        local.tee 3
        i32.add
        local.get 0
        i32.const 1
        i32.shl
        i32.const 30
        i32.and
        i32.load8_u offset=68080
        i32.store8
      end
      local.get 1
      i32.const 1
      i32.const 1
      i32.const 0
      local.get 2
      i32.const 6
      i32.add
      local.get 3
      i32.add
      i32.const 10
      local.get 3
      i32.sub
      call 86
      local.set 3
      local.get 2
      i32.const 16
      i32.add
      global.set 0
      local.get 3
    )
    (func (;103;) (type 1) (param i32 i32) (result i32)
      local.get 1
      local.get 0
      i32.load
      local.get 0
      i32.load offset=4
      call 104
    )
    (func (;104;) (type 0) (param i32 i32 i32) (result i32)
      (local i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32)
      global.get 0
      i32.const 16
      i32.sub
      local.tee 3
      global.set 0
      block ;; label = @1
        block ;; label = @2
          local.get 0
          i32.load offset=8
          local.tee 4
          i32.const 402653184
          i32.and
          i32.eqz
          br_if 0 (;@2;)
          block ;; label = @3
            block ;; label = @4
              local.get 4
              i32.const 268435456
              i32.and
              i32.eqz
              br_if 0 (;@4;)
              block ;; label = @5
                block ;; label = @6
                  block ;; label = @7
                    local.get 0
                    i32.load16_u offset=14
                    local.tee 5
                    br_if 0 (;@7;)
                    i32.const 0
                    local.set 2
                    br 1 (;@6;)
                  end
                  local.get 1
                  local.get 2
                  i32.add
                  local.set 6
                  i32.const 0
                  local.set 2
                  local.get 1
                  local.set 7
                  local.get 5
                  local.set 8
                  loop ;; label = @7
                    local.get 7
                    local.tee 4
                    local.get 6
                    i32.eq
                    br_if 2 (;@5;)
                    block ;; label = @8
                      block ;; label = @9
                        local.get 4
                        i32.load8_s
                        local.tee 7
                        i32.const -1
                        i32.le_s
                        br_if 0 (;@9;)
                        local.get 4
                        i32.const 1
                        i32.add
                        local.set 7
                        br 1 (;@8;)
                      end
                      block ;; label = @9
                        local.get 7
                        i32.const -32
                        i32.ge_u
                        br_if 0 (;@9;)
                        local.get 4
                        i32.const 2
                        i32.add
                        local.set 7
                        br 1 (;@8;)
                      end
                      block ;; label = @9
                        local.get 7
                        i32.const -16
                        i32.ge_u
                        br_if 0 (;@9;)
                        local.get 4
                        i32.const 3
                        i32.add
                        local.set 7
                        br 1 (;@8;)
                      end
                      local.get 4
                      i32.load8_u offset=2
                      i32.const 63
                      i32.and
                      i32.const 6
                      i32.shl
                      local.get 4
                      i32.load8_u offset=1
                      i32.const 63
                      i32.and
                      i32.const 12
                      i32.shl
                      i32.or
                      local.get 4
                      i32.load8_u offset=3
                      i32.const 63
                      i32.and
                      i32.or
                      local.get 7
                      i32.const 255
                      i32.and
                      i32.const 18
                      i32.shl
                      i32.const 1835008
                      i32.and
                      i32.or
                      i32.const 1114112
                      i32.eq
                      br_if 3 (;@5;)
                      local.get 4
                      i32.const 4
                      i32.add
                      local.set 7
                    end
                    local.get 2
                    local.get 4
                    i32.sub
                    local.get 7
                    i32.add
                    local.set 2
                    local.get 8
                    i32.const -1
                    i32.add
                    local.tee 8
                    br_if 0 (;@7;)
                  end
                end
                i32.const 0
                local.set 8
              end
              local.get 5
              local.get 8
              i32.sub
              local.set 9
              br 1 (;@3;)
            end
            block ;; label = @4
              local.get 2
              i32.const 16
              i32.lt_u
              br_if 0 (;@4;)
              local.get 2
              local.get 1
              local.get 1
              i32.const 3
              i32.add
              i32.const -4
              i32.and
              local.tee 6
              i32.sub
              local.tee 9
              i32.add
              local.tee 10
              i32.const 3
              i32.and
              local.set 8
              i32.const 0
              local.set 7
              i32.const 0
              local.set 5
              block ;; label = @5
                local.get 1
                local.get 6
                i32.eq
                br_if 0 (;@5;)
                i32.const 0
                local.set 5
                local.get 1
                local.set 4
                loop ;; label = @6
                  local.get 5
                  local.get 4
                  i32.load8_s
                  i32.const -65
                  i32.gt_s
                  i32.add
                  local.set 5
                  local.get 4
                  i32.const 1
                  i32.add
                  local.set 4
                  local.get 9
                  i32.const 1
                  i32.add
                  local.tee 9
                  br_if 0 (;@6;)
                end
              end
              block ;; label = @5
                local.get 8
                i32.eqz
                br_if 0 (;@5;)
                local.get 6
                local.get 10
                i32.const 2147483644
                i32.and
                i32.add
                local.set 4
                i32.const 0
                local.set 7
                loop ;; label = @6
                  local.get 7
                  local.get 4
                  i32.load8_s
                  i32.const -65
                  i32.gt_s
                  i32.add
                  local.set 7
                  local.get 4
                  i32.const 1
                  i32.add
                  local.set 4
                  local.get 8
                  i32.const -1
                  i32.add
                  local.tee 8
                  br_if 0 (;@6;)
                end
              end
              local.get 10
              i32.const 2
              i32.shr_u
              local.set 10
              local.get 7
              local.get 5
              i32.add
              local.set 9
              loop ;; label = @5
                local.get 6
                local.set 11
                local.get 10
                i32.eqz
                br_if 2 (;@3;)
                local.get 10
                i32.const 192
                local.get 10
                i32.const 192
                i32.lt_u
                select
                local.tee 12
                i32.const 3
                i32.and
                local.set 13
                block ;; label = @6
                  block ;; label = @7
                    local.get 12
                    i32.const 2
                    i32.shl
                    local.tee 14
                    i32.const 1008
                    i32.and
                    local.tee 4
                    br_if 0 (;@7;)
                    i32.const 0
                    local.set 7
                    br 1 (;@6;)
                  end
                  local.get 11
                  local.get 4
                  i32.add
                  local.set 5
                  i32.const 0
                  local.set 7
                  local.get 11
                  local.set 6
                  loop ;; label = @7
                    i32.const 0
                    local.set 4
                    loop ;; label = @8
                      local.get 6
                      local.get 4
                      i32.add
                      i32.load
                      local.tee 8
                      i32.const -1
                      i32.xor
                      i32.const 7
                      i32.shr_u
                      local.get 8
                      i32.const 6
                      i32.shr_u
                      i32.or
                      i32.const 16843009
                      i32.and
                      local.get 7
                      i32.add
                      local.set 7
                      local.get 4
                      i32.const 4
                      i32.add
                      local.tee 4
                      i32.const 16
                      i32.ne
                      br_if 0 (;@8;)
                    end
                    local.get 6
                    i32.const 16
                    i32.add
                    local.tee 6
                    local.get 5
                    i32.ne
                    br_if 0 (;@7;)
                  end
                end
                local.get 10
                local.get 12
                i32.sub
                local.set 10
                local.get 11
                local.get 14
                i32.add
                local.set 6
                local.get 7
                i32.const 8
                i32.shr_u
                i32.const 16711935
                i32.and
                local.get 7
                i32.const 16711935
                i32.and
                i32.add
                i32.const 65537
                i32.mul
                i32.const 16
                i32.shr_u
                local.get 9
                i32.add
                local.set 9
                local.get 13
                i32.eqz
                br_if 0 (;@5;)
              end
              local.get 13
              i32.const 2
              i32.shl
              local.set 8
              local.get 11
              local.get 12
              i32.const 252
              i32.and
              i32.const 2
              i32.shl
              i32.add
              local.set 4
              i32.const 0
              local.set 7
              loop ;; label = @5
                local.get 4
                i32.load
                local.tee 6
                i32.const -1
                i32.xor
                i32.const 7
                i32.shr_u
                local.get 6
                i32.const 6
                i32.shr_u
                i32.or
                i32.const 16843009
                i32.and
                local.get 7
                i32.add
                local.set 7
                local.get 4
                i32.const 4
                i32.add
                local.set 4
                local.get 8
                i32.const -4
                i32.add
                local.tee 8
                br_if 0 (;@5;)
              end
              local.get 7
              i32.const 8
              i32.shr_u
              i32.const 16711935
              i32.and
              local.get 7
              i32.const 16711935
              i32.and
              i32.add
              i32.const 65537
              i32.mul
              i32.const 16
              i32.shr_u
              local.get 9
              i32.add
              local.set 9
              br 1 (;@3;)
            end
            i32.const 0
            local.set 9
            local.get 2
            i32.eqz
            br_if 0 (;@3;)
            local.get 1
            local.set 4
            local.get 2
            local.set 7
            loop ;; label = @4
              local.get 9
              local.get 4
              i32.load8_s
              i32.const -65
              i32.gt_s
              i32.add
              local.set 9
              local.get 4
              i32.const 1
              i32.add
              local.set 4
              local.get 7
              i32.const -1
              i32.add
              local.tee 7
              br_if 0 (;@4;)
            end
          end
          local.get 9
          local.get 0
          i32.load16_u offset=12
          local.tee 4
          i32.ge_u
          br_if 0 (;@2;)
          local.get 3
          i32.const 8
          i32.add
          local.get 0
          local.get 4
          local.get 9
          i32.sub
          i32.const 0
          call 87
          i32.const 1
          local.set 7
          local.get 3
          i32.load offset=8
          local.tee 8
          i32.const 1114112
          i32.eq
          br_if 1 (;@1;)
          local.get 3
          i32.load16_u offset=12
          local.set 4
          local.get 0
          i32.load
          local.tee 6
          local.get 1
          local.get 2
          local.get 0
          i32.load offset=4
          local.tee 5
          i32.load offset=12
          call_indirect (type 0)
          br_if 1 (;@1;)
          local.get 4
          i32.const 65535
          i32.and
          local.set 9
          i32.const 0
          local.set 4
          loop ;; label = @3
            block ;; label = @4
              local.get 9
              local.get 4
              i32.const 65535
              i32.and
              i32.gt_u
              br_if 0 (;@4;)
              i32.const 0
              local.set 7
              br 3 (;@1;)
            end
            i32.const 1
            local.set 7
            local.get 4
            i32.const 1
            i32.add
            local.set 4
            local.get 6
            local.get 8
            local.get 5
            i32.load offset=16
            call_indirect (type 1)
            br_if 2 (;@1;)
            br 0 (;@3;)
          end
        end
        local.get 0
        i32.load
        local.get 1
        local.get 2
        local.get 0
        i32.load offset=4
        i32.load offset=12
        call_indirect (type 0)
        local.set 7
      end
      local.get 3
      i32.const 16
      i32.add
      global.set 0
      local.get 7
    )
    (func (;105;) (type 1) (param i32 i32) (result i32)
      local.get 0
      i32.load
      local.get 1
      local.get 0
      i32.load offset=4
      i32.load offset=12
      call_indirect (type 1)
    )
    (func (;106;) (type 0) (param i32 i32 i32) (result i32)
      (local i32 i32 i32 i32 i32)
      global.get 0
      i32.const 48
      i32.sub
      local.tee 3
      global.set 0
      local.get 0
      i32.load
      local.tee 4
      i32.const 70795
      i32.const 4
      local.get 0
      i32.load offset=4
      i32.load offset=12
      local.tee 5
      call_indirect (type 0)
      local.set 6
      local.get 3
      i32.const 0
      i32.store8 offset=13
      local.get 3
      local.get 0
      i32.store offset=8
      i32.const 1
      local.set 7
      block ;; label = @1
        local.get 6
        br_if 0 (;@1;)
        block ;; label = @2
          local.get 0
          i32.load8_u offset=10
          i32.const 128
          i32.and
          br_if 0 (;@2;)
          i32.const 1
          local.set 7
          local.get 4
          i32.const 67903
          i32.const 1
          local.get 5
          call_indirect (type 0)
          br_if 1 (;@1;)
          local.get 1
          local.get 0
          local.get 2
          call_indirect (type 1)
          local.set 7
          br 1 (;@1;)
        end
        i32.const 1
        local.set 7
        local.get 4
        i32.const 67904
        i32.const 2
        local.get 5
        call_indirect (type 0)
        br_if 0 (;@1;)
        i32.const 1
        local.set 7
        local.get 3
        i32.const 1
        i32.store8 offset=31
        local.get 3
        i32.const 67916
        i32.store offset=36
        local.get 3
        local.get 0
        i64.load align=4
        i64.store offset=16 align=4
        local.get 3
        local.get 0
        i64.load offset=8 align=4
        i64.store offset=40 align=4
        local.get 3
        local.get 3
        i32.const 31
        i32.add
        i32.store offset=24
        local.get 3
        local.get 3
        i32.const 16
        i32.add
        i32.store offset=32
        local.get 1
        local.get 3
        i32.const 32
        i32.add
        local.get 2
        call_indirect (type 1)
        br_if 0 (;@1;)
        local.get 3
        i32.load offset=32
        i32.const 67901
        i32.const 2
        local.get 3
        i32.load offset=36
        i32.load offset=12
        call_indirect (type 0)
        local.set 7
      end
      local.get 3
      i32.const 1
      i32.store offset=4
      local.get 3
      local.get 7
      i32.store8 offset=12
      local.get 3
      i32.const 4
      i32.add
      call 107
      local.set 0
      local.get 3
      i32.const 48
      i32.add
      global.set 0
      local.get 0
    )
    (func (;107;) (type 8) (param i32) (result i32)
      (local i32 i32 i32)
      local.get 0
      i32.load8_u offset=8
      local.set 1
      block ;; label = @1
        block ;; label = @2
          local.get 0
          i32.load
          local.tee 2
          br_if 0 (;@2;)
          local.get 1
          local.set 3
          br 1 (;@1;)
        end
        i32.const 1
        local.set 3
        block ;; label = @2
          local.get 1
          i32.const 1
          i32.and
          br_if 0 (;@2;)
          block ;; label = @3
            block ;; label = @4
              block ;; label = @5
                local.get 2
                i32.const 1
                i32.ne
                br_if 0 (;@5;)
                local.get 0
                i32.load8_u offset=9
                i32.const 1
                i32.and
                br_if 1 (;@4;)
              end
              local.get 0
              i32.load offset=4
              local.set 1
              br 1 (;@3;)
            end
            local.get 0
            i32.load offset=4
            local.tee 1
            i32.load8_u offset=10
            i32.const 128
            i32.and
            br_if 0 (;@3;)
            i32.const 1
            local.set 3
            local.get 1
            i32.load
            i32.const 67911
            i32.const 1
            local.get 1
            i32.load offset=4
            i32.load offset=12
            call_indirect (type 0)
            br_if 1 (;@2;)
          end
          local.get 1
          i32.load
          i32.const 67910
          i32.const 1
          local.get 1
          i32.load offset=4
          i32.load offset=12
          call_indirect (type 0)
          local.set 3
        end
        local.get 0
        local.get 3
        i32.store8 offset=8
      end
      local.get 3
      i32.const 1
      i32.and
    )
    (func (;108;) (type 1) (param i32 i32) (result i32)
      (local i32 i32)
      global.get 0
      i32.const 16
      i32.sub
      local.tee 2
      global.set 0
      i32.const 9
      local.set 3
      loop ;; label = @1
        local.get 2
        i32.const 8
        i32.add
        local.get 3
        i32.add
        i32.const -2
        i32.add
        local.get 0
        i32.const 15
        i32.and
        i32.load8_u offset=69912
        i32.store8
        local.get 3
        i32.const -1
        i32.add
        local.set 3
        local.get 0
        i32.const 4
        i32.shr_u
        local.tee 0
        br_if 0 (;@1;)
      end
      local.get 1
      i32.const 1
      i32.const 69910
      i32.const 2
      local.get 2
      i32.const 8
      i32.add
      local.get 3
      i32.add
      i32.const -1
      i32.add
      i32.const 9
      local.get 3
      i32.sub
      call 86
      local.set 3
      local.get 2
      i32.const 16
      i32.add
      global.set 0
      local.get 3
    )
    (func (;109;) (type 1) (param i32 i32) (result i32)
      (local i32 i64)
      local.get 0
      i32.load
      local.set 0
      block ;; label = @1
        local.get 1
        i32.load offset=8
        local.tee 2
        i32.const 33554432
        i32.and
        br_if 0 (;@1;)
        local.get 0
        i64.load
        local.set 3
        block ;; label = @2
          local.get 2
          i32.const 67108864
          i32.and
          br_if 0 (;@2;)
          local.get 3
          local.get 1
          call 110
          return
        end
        local.get 3
        local.get 1
        call 111
        return
      end
      local.get 0
      local.get 1
      call 6
    )
    (func (;110;) (type 15) (param i64 i32) (result i32)
      (local i32 i32)
      global.get 0
      i32.const 32
      i32.sub
      local.tee 2
      global.set 0
      local.get 1
      i32.const 1
      i32.const 1
      i32.const 0
      local.get 2
      i32.const 12
      i32.add
      local.get 0
      local.get 2
      i32.const 12
      i32.add
      call 112
      local.tee 3
      i32.add
      i32.const 20
      local.get 3
      i32.sub
      call 86
      local.set 1
      local.get 2
      i32.const 32
      i32.add
      global.set 0
      local.get 1
    )
    (func (;111;) (type 15) (param i64 i32) (result i32)
      (local i32 i32)
      global.get 0
      i32.const 16
      i32.sub
      local.tee 2
      global.set 0
      i32.const 17
      local.set 3
      loop ;; label = @1
        local.get 2
        local.get 3
        i32.add
        i32.const -2
        i32.add
        local.get 0
        i32.wrap_i64
        i32.const 15
        i32.and
        i32.load8_u offset=69912
        i32.store8
        local.get 3
        i32.const -1
        i32.add
        local.set 3
        local.get 0
        i64.const 4
        i64.shr_u
        local.tee 0
        i64.const 0
        i64.ne
        br_if 0 (;@1;)
      end
      local.get 1
      i32.const 1
      i32.const 69910
      i32.const 2
      local.get 2
      local.get 3
      i32.add
      i32.const -1
      i32.add
      i32.const 17
      local.get 3
      i32.sub
      call 86
      local.set 3
      local.get 2
      i32.const 16
      i32.add
      global.set 0
      local.get 3
    )
    (func (;112;) (type 15) (param i64 i32) (result i32)
      (local i32 i64 i32 i64 i32 i32)
      i32.const 20
      local.set 2
      local.get 0
      local.set 3
      block ;; label = @1
        local.get 0
        i64.const 1000
        i64.lt_u
        br_if 0 (;@1;)
        i32.const 20
        local.set 4
        local.get 0
        local.set 5
        block ;; label = @2
          loop ;; label = @3
            local.get 4
            i32.const -4
            i32.add
            local.tee 2
            i32.const 20
            i32.ge_u
            br_if 1 (;@2;)
            local.get 1
            local.get 4
            i32.add
            local.tee 4
            i32.const -4
            i32.add
            local.get 5
            local.get 5
            i64.const 10000
            i64.div_u
            local.tee 3
            i64.const 10000
            i64.mul
            i64.sub
            i32.wrap_i64
            local.tee 6
            i32.const 65535
            i32.and
            i32.const 100
            i32.div_u
            local.tee 7
            i32.const 1
            i32.shl
            i32.load16_u offset=68079 align=1
            i32.store16 align=1
            local.get 4
            i32.const -2
            i32.add
            local.get 6
            local.get 7
            i32.const 100
            i32.mul
            i32.sub
            i32.const 65535
            i32.and
            i32.const 1
            i32.shl
            i32.load16_u offset=68079 align=1
            i32.store16 align=1
            local.get 5
            i64.const 9999999
            i64.gt_u
            local.set 6
            local.get 2
            local.set 4
            local.get 3
            local.set 5
            local.get 6
            i32.eqz
            br_if 2 (;@1;)
            br 0 (;@3;)
          end
        end
        i32.const -4
        i32.const 20
        i32.const 67940
        call 61
        unreachable
      end
      block ;; label = @1
        local.get 3
        i64.const 10
        i64.lt_u
        br_if 0 (;@1;)
        local.get 1
        local.get 2
        i32.const -2
        i32.add
        local.tee 2
        i32.add
        local.get 3
        i32.wrap_i64
        local.tee 4
        local.get 4
        i32.const 65535
        i32.and
        i32.const 100
        i32.div_u
        local.tee 4
        i32.const 100
        i32.mul
        i32.sub
        i32.const 65535
        i32.and
        i32.const 1
        i32.shl
        i32.load16_u offset=68079 align=1
        i32.store16 align=1
        local.get 4
        i64.extend_i32_u
        local.set 3
      end
      block ;; label = @1
        block ;; label = @2
          local.get 0
          i64.eqz
          br_if 0 (;@2;)
          local.get 3
          i64.eqz
          br_if 1 (;@1;)
        end
        local.get 1
        local.get 2
        i32.const -1
        i32.add
        local.tee 2
        i32.add
        local.get 3
        i32.wrap_i64
        i32.const 1
        i32.shl
        i32.const 30
        i32.and
        i32.load8_u offset=68080
        i32.store8
      end
      local.get 2
    )
    (func (;113;) (type 1) (param i32 i32) (result i32)
      (local i32 i32 i32 i32)
      block ;; label = @1
        block ;; label = @2
          local.get 0
          i32.const 65535
          i32.and
          local.tee 2
          i32.const 1000
          i32.lt_u
          br_if 0 (;@2;)
          i32.const 1
          local.set 3
          local.get 1
          local.get 0
          local.get 2
          i32.const 10000
          i32.div_u
          local.tee 4
          i32.const 10000
          i32.mul
          i32.sub
          local.tee 2
          i32.const 65535
          i32.and
          i32.const 100
          i32.div_u
          local.tee 5
          i32.const 1
          i32.shl
          i32.load16_u offset=68079 align=1
          i32.store16 offset=1 align=1
          local.get 1
          i32.const 3
          i32.add
          local.get 2
          local.get 5
          i32.const 100
          i32.mul
          i32.sub
          i32.const 65535
          i32.and
          i32.const 1
          i32.shl
          i32.load16_u offset=68079 align=1
          i32.store16 align=1
          br 1 (;@1;)
        end
        i32.const 5
        local.set 3
        local.get 0
        local.set 4
        local.get 2
        i32.const 10
        i32.lt_u
        br_if 0 (;@1;)
        local.get 1
        local.get 0
        local.get 0
        i32.const 65535
        i32.and
        i32.const 100
        i32.div_u
        local.tee 4
        i32.const 100
        i32.mul
        i32.sub
        i32.const 65535
        i32.and
        i32.const 1
        i32.shl
        i32.load16_u offset=68079 align=1
        i32.store16 offset=3 align=1
        i32.const 3
        local.set 3
      end
      block ;; label = @1
        block ;; label = @2
          local.get 0
          i32.const 65535
          i32.and
          i32.eqz
          br_if 0 (;@2;)
          local.get 4
          i32.const 65535
          i32.and
          i32.eqz
          br_if 1 (;@1;)
        end
        local.get 1
        local.get 3
        i32.const -1
        i32.add
        local.tee 3
        i32.add
        local.get 4
        i32.const 1
        i32.shl
        i32.const 30
        i32.and
        i32.const 68080
        i32.add
        i32.load8_u
        i32.store8
      end
      local.get 3
    )
    (func (;114;) (type 1) (param i32 i32) (result i32)
      (local i32 i32 i32 i32 i32 i32 i32)
      global.get 0
      i32.const 16
      i32.sub
      local.tee 2
      global.set 0
      i32.const 10
      local.set 3
      local.get 0
      local.set 4
      block ;; label = @1
        local.get 0
        i32.const 1000
        i32.lt_u
        br_if 0 (;@1;)
        i32.const 10
        local.set 3
        local.get 0
        local.set 4
        loop ;; label = @2
          local.get 2
          i32.const 6
          i32.add
          local.get 3
          i32.add
          local.tee 5
          i32.const -4
          i32.add
          local.get 4
          local.tee 6
          local.get 6
          i32.const 10000
          i32.div_u
          local.tee 4
          i32.const 10000
          i32.mul
          i32.sub
          local.tee 7
          i32.const 65535
          i32.and
          i32.const 100
          i32.div_u
          local.tee 8
          i32.const 1
          i32.shl
          i32.load16_u offset=68079 align=1
          i32.store16 align=1
          local.get 5
          i32.const -2
          i32.add
          local.get 7
          local.get 8
          i32.const 100
          i32.mul
          i32.sub
          i32.const 65535
          i32.and
          i32.const 1
          i32.shl
          i32.load16_u offset=68079 align=1
          i32.store16 align=1
          local.get 3
          i32.const -4
          i32.add
          local.set 3
          local.get 6
          i32.const 9999999
          i32.gt_u
          br_if 0 (;@2;)
        end
      end
      block ;; label = @1
        block ;; label = @2
          local.get 4
          i32.const 9
          i32.gt_u
          br_if 0 (;@2;)
          local.get 4
          local.set 6
          br 1 (;@1;)
        end
        local.get 2
        i32.const 6
        i32.add
        local.get 3
        i32.const -2
        i32.add
        local.tee 3
        i32.add
        local.get 4
        local.get 4
        i32.const 65535
        i32.and
        i32.const 100
        i32.div_u
        local.tee 6
        i32.const 100
        i32.mul
        i32.sub
        i32.const 65535
        i32.and
        i32.const 1
        i32.shl
        i32.load16_u offset=68079 align=1
        i32.store16 align=1
      end
      block ;; label = @1
        block ;; label = @2
          local.get 0
          i32.eqz
          br_if 0 (;@2;)
          local.get 6
          i32.eqz
          br_if 1 (;@1;)
        end
        local.get 2
        i32.const 6
        i32.add
        local.get 3
        i32.const -1
        i32.add
        local.tee 3
        i32.add
        local.get 6
        i32.const 1
        i32.shl
        i32.const 30
        i32.and
        i32.load8_u offset=68080
        i32.store8
      end
      local.get 1
      i32.const 1
      i32.const 1
      i32.const 0
      local.get 2
      i32.const 6
      i32.add
      local.get 3
      i32.add
      i32.const 10
      local.get 3
      i32.sub
      call 86
      local.set 3
      local.get 2
      i32.const 16
      i32.add
      global.set 0
      local.get 3
    )
    (func (;115;) (type 12) (param i32 i32 i32 i32 i32)
      local.get 0
      local.get 1
      local.get 2
      local.get 3
      local.get 4
      call 116
      unreachable
    )
    (func (;116;) (type 12) (param i32 i32 i32 i32 i32)
      (local i32)
      global.get 0
      i32.const 64
      i32.sub
      local.tee 5
      global.set 0
      local.get 5
      local.get 3
      i32.store offset=12
      local.get 5
      local.get 2
      i32.store offset=8
      local.get 5
      local.get 1
      i32.store offset=16
      block ;; label = @1
        block ;; label = @2
          block ;; label = @3
            block ;; label = @4
              block ;; label = @5
                block ;; label = @6
                  local.get 2
                  local.get 1
                  i32.gt_u
                  br_if 0 (;@6;)
                  local.get 3
                  local.get 1
                  i32.gt_u
                  br_if 1 (;@5;)
                  local.get 2
                  local.get 3
                  i32.gt_u
                  br_if 2 (;@4;)
                  block ;; label = @7
                    local.get 2
                    i32.eqz
                    br_if 0 (;@7;)
                    local.get 2
                    local.get 1
                    i32.ge_u
                    br_if 0 (;@7;)
                    local.get 0
                    local.get 2
                    i32.add
                    i32.load8_s
                    i32.const -65
                    i32.gt_s
                    br_if 0 (;@7;)
                    local.get 2
                    local.set 3
                    block ;; label = @8
                      loop ;; label = @9
                        local.get 0
                        local.get 3
                        i32.add
                        i32.load8_s
                        i32.const -65
                        i32.gt_s
                        br_if 1 (;@8;)
                        local.get 3
                        i32.const -1
                        i32.add
                        local.tee 3
                        br_if 0 (;@9;)
                      end
                      i32.const 0
                      local.set 3
                    end
                    block ;; label = @8
                      loop ;; label = @9
                        local.get 0
                        local.get 2
                        i32.add
                        i32.load8_s
                        i32.const -65
                        i32.gt_s
                        br_if 1 (;@8;)
                        local.get 1
                        local.get 2
                        i32.const 1
                        i32.add
                        local.tee 2
                        i32.ne
                        br_if 0 (;@9;)
                      end
                      local.get 1
                      local.set 2
                    end
                    local.get 5
                    local.get 3
                    i32.store offset=20
                    local.get 5
                    local.get 2
                    i32.store offset=24
                    local.get 3
                    local.get 2
                    i32.gt_u
                    br_if 6 (;@1;)
                    block ;; label = @8
                      local.get 3
                      i32.eqz
                      br_if 0 (;@8;)
                      block ;; label = @9
                        local.get 3
                        local.get 1
                        i32.ge_u
                        br_if 0 (;@9;)
                        local.get 0
                        local.get 3
                        i32.add
                        i32.load8_s
                        i32.const -65
                        i32.gt_s
                        br_if 1 (;@8;)
                        br 8 (;@1;)
                      end
                      local.get 3
                      local.get 1
                      i32.ne
                      br_if 7 (;@1;)
                    end
                    block ;; label = @8
                      local.get 2
                      i32.eqz
                      br_if 0 (;@8;)
                      block ;; label = @9
                        local.get 2
                        local.get 1
                        i32.ge_u
                        br_if 0 (;@9;)
                        local.get 0
                        local.get 2
                        i32.add
                        i32.load8_s
                        i32.const -65
                        i32.le_s
                        br_if 8 (;@1;)
                        br 1 (;@8;)
                      end
                      local.get 2
                      local.get 1
                      i32.ne
                      br_if 7 (;@1;)
                    end
                    local.get 3
                    local.get 2
                    i32.eq
                    br_if 4 (;@3;)
                    block ;; label = @8
                      block ;; label = @9
                        local.get 0
                        local.get 3
                        i32.add
                        local.tee 2
                        i32.load8_s
                        local.tee 0
                        i32.const -1
                        i32.le_s
                        br_if 0 (;@9;)
                        local.get 0
                        i32.const 255
                        i32.and
                        local.set 0
                        br 1 (;@8;)
                      end
                      local.get 2
                      i32.load8_u offset=1
                      i32.const 63
                      i32.and
                      local.set 3
                      local.get 0
                      i32.const 31
                      i32.and
                      local.set 1
                      block ;; label = @9
                        local.get 0
                        i32.const -33
                        i32.gt_u
                        br_if 0 (;@9;)
                        local.get 1
                        i32.const 6
                        i32.shl
                        local.get 3
                        i32.or
                        local.set 0
                        br 1 (;@8;)
                      end
                      local.get 3
                      i32.const 6
                      i32.shl
                      local.get 2
                      i32.load8_u offset=2
                      i32.const 63
                      i32.and
                      i32.or
                      local.set 3
                      block ;; label = @9
                        local.get 0
                        i32.const -16
                        i32.ge_u
                        br_if 0 (;@9;)
                        local.get 3
                        local.get 1
                        i32.const 12
                        i32.shl
                        i32.or
                        local.set 0
                        br 1 (;@8;)
                      end
                      local.get 3
                      i32.const 6
                      i32.shl
                      local.get 2
                      i32.load8_u offset=3
                      i32.const 63
                      i32.and
                      i32.or
                      local.get 1
                      i32.const 18
                      i32.shl
                      i32.const 1835008
                      i32.and
                      i32.or
                      local.tee 0
                      i32.const 1114112
                      i32.eq
                      br_if 5 (;@3;)
                    end
                    local.get 5
                    local.get 0
                    i32.store offset=36
                    local.get 5
                    i32.const 40
                    i32.store offset=60
                    local.get 5
                    i32.const 41
                    i32.store offset=52
                    local.get 5
                    i32.const 37
                    i32.store offset=44
                    local.get 5
                    local.get 5
                    i32.const 20
                    i32.add
                    i32.store offset=56
                    local.get 5
                    local.get 5
                    i32.const 36
                    i32.add
                    i32.store offset=48
                    local.get 5
                    local.get 5
                    i32.const 8
                    i32.add
                    i32.store offset=40
                    i32.const 66337
                    local.get 5
                    i32.const 40
                    i32.add
                    local.get 4
                    call 3
                    unreachable
                  end
                  block ;; label = @7
                    local.get 3
                    i32.eqz
                    br_if 0 (;@7;)
                    local.get 3
                    local.get 1
                    i32.ge_u
                    br_if 0 (;@7;)
                    local.get 0
                    local.get 3
                    i32.add
                    i32.load8_s
                    i32.const -65
                    i32.gt_s
                    br_if 0 (;@7;)
                    local.get 3
                    local.set 2
                    block ;; label = @8
                      loop ;; label = @9
                        local.get 0
                        local.get 2
                        i32.add
                        i32.load8_s
                        i32.const -65
                        i32.gt_s
                        br_if 1 (;@8;)
                        local.get 2
                        i32.const -1
                        i32.add
                        local.tee 2
                        br_if 0 (;@9;)
                      end
                      i32.const 0
                      local.set 2
                    end
                    block ;; label = @8
                      loop ;; label = @9
                        local.get 0
                        local.get 3
                        i32.add
                        i32.load8_s
                        i32.const -65
                        i32.gt_s
                        br_if 1 (;@8;)
                        local.get 1
                        local.get 3
                        i32.const 1
                        i32.add
                        local.tee 3
                        i32.ne
                        br_if 0 (;@9;)
                      end
                      local.get 1
                      local.set 3
                    end
                    local.get 5
                    local.get 2
                    i32.store offset=28
                    local.get 5
                    local.get 3
                    i32.store offset=32
                    local.get 2
                    local.get 3
                    i32.gt_u
                    br_if 5 (;@2;)
                    block ;; label = @8
                      local.get 2
                      i32.eqz
                      br_if 0 (;@8;)
                      block ;; label = @9
                        local.get 2
                        local.get 1
                        i32.ge_u
                        br_if 0 (;@9;)
                        local.get 0
                        local.get 2
                        i32.add
                        i32.load8_s
                        i32.const -65
                        i32.gt_s
                        br_if 1 (;@8;)
                        br 7 (;@2;)
                      end
                      local.get 2
                      local.get 1
                      i32.ne
                      br_if 6 (;@2;)
                    end
                    block ;; label = @8
                      local.get 3
                      i32.eqz
                      br_if 0 (;@8;)
                      block ;; label = @9
                        local.get 3
                        local.get 1
                        i32.ge_u
                        br_if 0 (;@9;)
                        local.get 0
                        local.get 3
                        i32.add
                        i32.load8_s
                        i32.const -65
                        i32.le_s
                        br_if 7 (;@2;)
                        br 1 (;@8;)
                      end
                      local.get 3
                      local.get 1
                      i32.ne
                      br_if 6 (;@2;)
                    end
                    local.get 2
                    local.get 3
                    i32.eq
                    br_if 4 (;@3;)
                    block ;; label = @8
                      block ;; label = @9
                        local.get 0
                        local.get 2
                        i32.add
                        local.tee 2
                        i32.load8_s
                        local.tee 0
                        i32.const -1
                        i32.le_s
                        br_if 0 (;@9;)
                        local.get 0
                        i32.const 255
                        i32.and
                        local.set 0
                        br 1 (;@8;)
                      end
                      local.get 2
                      i32.load8_u offset=1
                      i32.const 63
                      i32.and
                      local.set 3
                      local.get 0
                      i32.const 31
                      i32.and
                      local.set 1
                      block ;; label = @9
                        local.get 0
                        i32.const -33
                        i32.gt_u
                        br_if 0 (;@9;)
                        local.get 1
                        i32.const 6
                        i32.shl
                        local.get 3
                        i32.or
                        local.set 0
                        br 1 (;@8;)
                      end
                      local.get 3
                      i32.const 6
                      i32.shl
                      local.get 2
                      i32.load8_u offset=2
                      i32.const 63
                      i32.and
                      i32.or
                      local.set 3
                      block ;; label = @9
                        local.get 0
                        i32.const -16
                        i32.ge_u
                        br_if 0 (;@9;)
                        local.get 3
                        local.get 1
                        i32.const 12
                        i32.shl
                        i32.or
                        local.set 0
                        br 1 (;@8;)
                      end
                      local.get 3
                      i32.const 6
                      i32.shl
                      local.get 2
                      i32.load8_u offset=3
                      i32.const 63
                      i32.and
                      i32.or
                      local.get 1
                      i32.const 18
                      i32.shl
                      i32.const 1835008
                      i32.and
                      i32.or
                      local.tee 0
                      i32.const 1114112
                      i32.eq
                      br_if 5 (;@3;)
                    end
                    local.get 5
                    local.get 0
                    i32.store offset=36
                    local.get 5
                    i32.const 40
                    i32.store offset=60
                    local.get 5
                    i32.const 41
                    i32.store offset=52
                    local.get 5
                    i32.const 37
                    i32.store offset=44
                    local.get 5
                    local.get 5
                    i32.const 28
                    i32.add
                    i32.store offset=56
                    local.get 5
                    local.get 5
                    i32.const 36
                    i32.add
                    i32.store offset=48
                    local.get 5
                    local.get 5
                    i32.const 12
                    i32.add
                    i32.store offset=40
                    i32.const 66419
                    local.get 5
                    i32.const 40
                    i32.add
                    local.get 4
                    call 3
                    unreachable
                  end
                  local.get 5
                  i32.const 37
                  i32.store offset=52
                  local.get 5
                  i32.const 37
                  i32.store offset=44
                  local.get 5
                  local.get 5
                  i32.const 16
                  i32.add
                  i32.store offset=48
                  local.get 5
                  local.get 5
                  i32.const 12
                  i32.add
                  i32.store offset=40
                  i32.const 65739
                  local.get 5
                  i32.const 40
                  i32.add
                  local.get 4
                  call 3
                  unreachable
                end
                local.get 5
                i32.const 37
                i32.store offset=52
                local.get 5
                i32.const 37
                i32.store offset=44
                local.get 5
                local.get 5
                i32.const 16
                i32.add
                i32.store offset=48
                local.get 5
                local.get 5
                i32.const 8
                i32.add
                i32.store offset=40
                i32.const 65678
                local.get 5
                i32.const 40
                i32.add
                local.get 4
                call 3
                unreachable
              end
              local.get 5
              i32.const 37
              i32.store offset=52
              local.get 5
              i32.const 37
              i32.store offset=44
              local.get 5
              local.get 5
              i32.const 16
              i32.add
              i32.store offset=48
              local.get 5
              local.get 5
              i32.const 12
              i32.add
              i32.store offset=40
              i32.const 65739
              local.get 5
              i32.const 40
              i32.add
              local.get 4
              call 3
              unreachable
            end
            local.get 5
            i32.const 37
            i32.store offset=52
            local.get 5
            i32.const 37
            i32.store offset=44
            local.get 5
            local.get 5
            i32.const 12
            i32.add
            i32.store offset=48
            local.get 5
            local.get 5
            i32.const 8
            i32.add
            i32.store offset=40
            i32.const 65584
            local.get 5
            i32.const 40
            i32.add
            local.get 4
            call 3
            unreachable
          end
          local.get 4
          call 95
          unreachable
        end
        local.get 0
        local.get 1
        local.get 2
        local.get 3
        local.get 4
        call 115
        unreachable
      end
      local.get 0
      local.get 1
      local.get 3
      local.get 2
      local.get 4
      call 115
      unreachable
    )
    (func (;117;) (type 1) (param i32 i32) (result i32)
      (local i32)
      block ;; label = @1
        block ;; label = @2
          block ;; label = @3
            block ;; label = @4
              local.get 1
              i32.load offset=8
              local.tee 2
              i32.const 33554432
              i32.and
              br_if 0 (;@4;)
              local.get 2
              i32.const 67108864
              i32.and
              br_if 1 (;@3;)
              local.get 0
              local.get 1
              call 102
              br_if 3 (;@1;)
              br 2 (;@2;)
            end
            local.get 0
            i32.load
            local.get 1
            call 85
            i32.eqz
            br_if 1 (;@2;)
            br 2 (;@1;)
          end
          local.get 0
          i32.load
          local.get 1
          call 108
          br_if 1 (;@1;)
        end
        block ;; label = @2
          block ;; label = @3
            local.get 1
            i32.load
            i32.const 69904
            i32.const 2
            local.get 1
            i32.load offset=4
            i32.load offset=12
            call_indirect (type 0)
            br_if 0 (;@3;)
            local.get 0
            i32.const 4
            i32.add
            local.set 0
            block ;; label = @4
              block ;; label = @5
                local.get 1
                i32.load offset=8
                local.tee 2
                i32.const 33554432
                i32.and
                br_if 0 (;@5;)
                local.get 2
                i32.const 67108864
                i32.and
                br_if 1 (;@4;)
                local.get 0
                local.get 1
                call 102
                i32.eqz
                br_if 3 (;@2;)
                br 2 (;@3;)
              end
              local.get 0
              i32.load
              local.get 1
              call 85
              br_if 1 (;@3;)
              br 2 (;@2;)
            end
            local.get 0
            i32.load
            local.get 1
            call 108
            i32.eqz
            br_if 1 (;@2;)
          end
          i32.const 1
          return
        end
        i32.const 0
        return
      end
      i32.const 1
    )
    (func (;118;) (type 2) (param i32 i32)
      (local i32)
      global.get 0
      i32.const 16
      i32.sub
      local.tee 2
      global.set 0
      local.get 2
      i32.const 39
      i32.store offset=12
      local.get 2
      local.get 0
      i32.store offset=8
      i32.const 65914
      local.get 2
      i32.const 8
      i32.add
      local.get 1
      call 3
      unreachable
    )
    (func (;119;) (type 1) (param i32 i32) (result i32)
      (local i32 i32)
      global.get 0
      i32.const 16
      i32.sub
      local.tee 2
      global.set 0
      i32.const 5
      local.set 3
      loop ;; label = @1
        local.get 2
        i32.const 12
        i32.add
        local.get 3
        i32.add
        i32.const -2
        i32.add
        local.get 0
        i32.const 15
        i32.and
        i32.const 67875
        i32.add
        i32.load8_u
        i32.store8
        local.get 3
        i32.const -1
        i32.add
        local.set 3
        local.get 0
        i32.const 4
        i32.shr_u
        i32.const 4095
        i32.and
        local.tee 0
        br_if 0 (;@1;)
      end
      local.get 1
      i32.const 1
      i32.const 69910
      i32.const 2
      local.get 2
      i32.const 12
      i32.add
      local.get 3
      i32.add
      i32.const -1
      i32.add
      i32.const 5
      local.get 3
      i32.sub
      call 86
      local.set 3
      local.get 2
      i32.const 16
      i32.add
      global.set 0
      local.get 3
    )
    (func (;120;) (type 6) (param i32 i32 i32 i32) (result i32)
      (local i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32)
      global.get 0
      i32.const 32
      i32.sub
      local.tee 4
      global.set 0
      i32.const 1
      local.set 5
      block ;; label = @1
        block ;; label = @2
          local.get 2
          i32.const 34
          local.get 3
          i32.load offset=16
          local.tee 6
          call_indirect (type 1)
          br_if 0 (;@2;)
          block ;; label = @3
            block ;; label = @4
              local.get 1
              br_if 0 (;@4;)
              i32.const 0
              local.set 1
              i32.const 0
              local.set 7
              br 1 (;@3;)
            end
            i32.const 0
            local.set 8
            i32.const 0
            local.set 9
            local.get 1
            local.set 10
            local.get 0
            local.set 11
            block ;; label = @4
              block ;; label = @5
                loop ;; label = @6
                  local.get 11
                  local.get 10
                  i32.add
                  local.set 12
                  i32.const 0
                  local.set 7
                  block ;; label = @7
                    loop ;; label = @8
                      local.get 11
                      local.get 7
                      i32.add
                      local.tee 13
                      i32.load8_u
                      local.tee 14
                      i32.const -127
                      i32.add
                      i32.const 255
                      i32.and
                      i32.const 161
                      i32.lt_u
                      br_if 1 (;@7;)
                      local.get 14
                      i32.const 34
                      i32.eq
                      br_if 1 (;@7;)
                      local.get 14
                      i32.const 92
                      i32.eq
                      br_if 1 (;@7;)
                      local.get 10
                      local.get 7
                      i32.const 1
                      i32.add
                      local.tee 7
                      i32.ne
                      br_if 0 (;@8;)
                    end
                    local.get 9
                    local.get 10
                    i32.add
                    local.set 9
                    br 3 (;@4;)
                  end
                  local.get 7
                  local.get 9
                  i32.add
                  local.set 9
                  block ;; label = @7
                    block ;; label = @8
                      block ;; label = @9
                        block ;; label = @10
                          local.get 13
                          i32.load8_s
                          local.tee 7
                          i32.const -1
                          i32.le_s
                          br_if 0 (;@10;)
                          local.get 13
                          i32.const 1
                          i32.add
                          local.set 11
                          local.get 7
                          i32.const 255
                          i32.and
                          local.set 7
                          br 1 (;@9;)
                        end
                        local.get 13
                        i32.load8_u offset=1
                        i32.const 63
                        i32.and
                        local.set 14
                        local.get 7
                        i32.const 31
                        i32.and
                        local.set 10
                        block ;; label = @10
                          local.get 7
                          i32.const -33
                          i32.gt_u
                          br_if 0 (;@10;)
                          local.get 10
                          i32.const 6
                          i32.shl
                          local.get 14
                          i32.or
                          local.set 7
                          local.get 13
                          i32.const 2
                          i32.add
                          local.set 11
                          br 1 (;@9;)
                        end
                        local.get 14
                        i32.const 6
                        i32.shl
                        local.get 13
                        i32.load8_u offset=2
                        i32.const 63
                        i32.and
                        i32.or
                        local.set 14
                        block ;; label = @10
                          local.get 7
                          i32.const -16
                          i32.ge_u
                          br_if 0 (;@10;)
                          local.get 14
                          local.get 10
                          i32.const 12
                          i32.shl
                          i32.or
                          local.set 7
                          local.get 13
                          i32.const 3
                          i32.add
                          local.set 11
                          br 1 (;@9;)
                        end
                        local.get 13
                        i32.const 4
                        i32.add
                        local.set 11
                        local.get 14
                        i32.const 6
                        i32.shl
                        local.get 13
                        i32.load8_u offset=3
                        i32.const 63
                        i32.and
                        i32.or
                        local.get 10
                        i32.const 18
                        i32.shl
                        i32.const 1835008
                        i32.and
                        i32.or
                        local.tee 7
                        i32.const 1114112
                        i32.eq
                        br_if 1 (;@8;)
                      end
                      block ;; label = @9
                        block ;; label = @10
                          block ;; label = @11
                            block ;; label = @12
                              block ;; label = @13
                                block ;; label = @14
                                  block ;; label = @15
                                    block ;; label = @16
                                      block ;; label = @17
                                        block ;; label = @18
                                          block ;; label = @19
                                            block ;; label = @20
                                              block ;; label = @21
                                                block ;; label = @22
                                                  local.get 7
                                                  i32.const 33
                                                  i32.gt_s
                                                  br_if 0 (;@22;)
                                                  local.get 7
                                                  i32.const -9
                                                  i32.add
                                                  br_table 2 (;@20;) 4 (;@18;) 8 (;@14;) 8 (;@14;) 3 (;@19;) 1 (;@21;)
                                                end
                                                local.get 7
                                                i32.const 34
                                                i32.eq
                                                br_if 5 (;@16;)
                                                local.get 7
                                                i32.const 39
                                                i32.eq
                                                br_if 8 (;@13;)
                                                local.get 7
                                                i32.const 92
                                                i32.eq
                                                br_if 4 (;@17;)
                                                br 7 (;@14;)
                                              end
                                              local.get 7
                                              br_if 6 (;@14;)
                                              local.get 4
                                              i64.const 0
                                              i64.store offset=2 align=2
                                              local.get 4
                                              i32.const 12380
                                              i32.store16
                                              br 5 (;@15;)
                                            end
                                            local.get 4
                                            i64.const 0
                                            i64.store offset=2 align=2
                                            local.get 4
                                            i32.const 29788
                                            i32.store16
                                            br 4 (;@15;)
                                          end
                                          local.get 4
                                          i64.const 0
                                          i64.store offset=2 align=2
                                          local.get 4
                                          i32.const 29276
                                          i32.store16
                                          br 3 (;@15;)
                                        end
                                        local.get 4
                                        i64.const 0
                                        i64.store offset=2 align=2
                                        local.get 4
                                        i32.const 28252
                                        i32.store16
                                        br 2 (;@15;)
                                      end
                                      local.get 4
                                      i64.const 0
                                      i64.store offset=2 align=2
                                      local.get 4
                                      i32.const 23644
                                      i32.store16
                                      br 1 (;@15;)
                                    end
                                    local.get 4
                                    i64.const 0
                                    i64.store offset=2 align=2
                                    local.get 4
                                    i32.const 8796
                                    i32.store16
                                  end
                                  i32.const 2
                                  local.set 14
                                  i32.const 0
                                  local.set 13
                                  br 5 (;@9;)
                                end
                                local.get 7
                                i32.const 767
                                i32.le_u
                                br_if 0 (;@13;)
                                local.get 7
                                call 90
                                br_if 1 (;@12;)
                              end
                              local.get 7
                              call 91
                              br_if 2 (;@10;)
                              local.get 4
                              i32.const 20
                              i32.add
                              local.get 7
                              call 92
                              local.get 4
                              local.get 4
                              i32.load16_u offset=28 align=1
                              i32.store16 offset=8
                              local.get 4
                              local.get 4
                              i64.load offset=20 align=1
                              i64.store
                              br 1 (;@11;)
                            end
                            local.get 4
                            i32.const 20
                            i32.add
                            local.get 7
                            call 92
                            local.get 4
                            local.get 4
                            i32.load16_u offset=28 align=1
                            i32.store16 offset=8
                            local.get 4
                            local.get 4
                            i64.load offset=20 align=1
                            i64.store
                          end
                          local.get 4
                          i32.load8_u offset=30
                          local.set 13
                          local.get 4
                          i32.load8_u offset=31
                          local.set 14
                          br 1 (;@9;)
                        end
                        local.get 4
                        local.get 7
                        i32.store
                        i32.const 129
                        local.set 14
                        i32.const 128
                        local.set 13
                      end
                      local.get 4
                      local.get 13
                      i32.store8 offset=12
                      local.get 4
                      local.get 14
                      i32.store8 offset=13
                      block ;; label = @9
                        local.get 14
                        local.get 13
                        i32.sub
                        i32.const 255
                        i32.and
                        i32.const 1
                        i32.eq
                        br_if 0 (;@9;)
                        local.get 9
                        local.get 8
                        i32.lt_u
                        br_if 4 (;@5;)
                        block ;; label = @10
                          local.get 8
                          i32.eqz
                          br_if 0 (;@10;)
                          block ;; label = @11
                            local.get 8
                            local.get 1
                            i32.ge_u
                            br_if 0 (;@11;)
                            local.get 0
                            local.get 8
                            i32.add
                            i32.load8_s
                            i32.const -65
                            i32.gt_s
                            br_if 1 (;@10;)
                            br 6 (;@5;)
                          end
                          local.get 8
                          local.get 1
                          i32.ne
                          br_if 5 (;@5;)
                        end
                        block ;; label = @10
                          local.get 9
                          i32.eqz
                          br_if 0 (;@10;)
                          block ;; label = @11
                            local.get 9
                            local.get 1
                            i32.ge_u
                            br_if 0 (;@11;)
                            local.get 0
                            local.get 9
                            i32.add
                            i32.load8_s
                            i32.const -65
                            i32.le_s
                            br_if 6 (;@5;)
                            br 1 (;@10;)
                          end
                          local.get 9
                          local.get 1
                          i32.ne
                          br_if 5 (;@5;)
                        end
                        local.get 2
                        local.get 0
                        local.get 8
                        i32.add
                        local.get 9
                        local.get 8
                        i32.sub
                        local.get 3
                        i32.load offset=12
                        local.tee 10
                        call_indirect (type 0)
                        br_if 2 (;@7;)
                        block ;; label = @10
                          block ;; label = @11
                            local.get 14
                            i32.const 255
                            i32.and
                            local.tee 14
                            i32.const 129
                            i32.lt_u
                            br_if 0 (;@11;)
                            local.get 2
                            local.get 4
                            i32.load
                            local.get 6
                            call_indirect (type 1)
                            br_if 4 (;@7;)
                            br 1 (;@10;)
                          end
                          local.get 2
                          local.get 4
                          local.get 13
                          i32.const 255
                          i32.and
                          local.tee 13
                          i32.add
                          local.get 14
                          local.get 13
                          i32.sub
                          local.get 10
                          call_indirect (type 0)
                          br_if 3 (;@7;)
                        end
                        block ;; label = @10
                          block ;; label = @11
                            local.get 7
                            i32.const 128
                            i32.ge_u
                            br_if 0 (;@11;)
                            i32.const 1
                            local.set 14
                            br 1 (;@10;)
                          end
                          block ;; label = @11
                            local.get 7
                            i32.const 2048
                            i32.ge_u
                            br_if 0 (;@11;)
                            i32.const 2
                            local.set 14
                            br 1 (;@10;)
                          end
                          i32.const 3
                          i32.const 4
                          local.get 7
                          i32.const 65536
                          i32.lt_u
                          select
                          local.set 14
                        end
                        local.get 14
                        local.get 9
                        i32.add
                        local.set 8
                      end
                      block ;; label = @9
                        block ;; label = @10
                          local.get 7
                          i32.const 128
                          i32.ge_u
                          br_if 0 (;@10;)
                          i32.const 1
                          local.set 7
                          br 1 (;@9;)
                        end
                        block ;; label = @10
                          local.get 7
                          i32.const 2048
                          i32.ge_u
                          br_if 0 (;@10;)
                          i32.const 2
                          local.set 7
                          br 1 (;@9;)
                        end
                        i32.const 3
                        i32.const 4
                        local.get 7
                        i32.const 65536
                        i32.lt_u
                        select
                        local.set 7
                      end
                      local.get 7
                      local.get 9
                      i32.add
                      local.set 9
                    end
                    local.get 12
                    local.get 11
                    i32.sub
                    local.tee 10
                    br_if 1 (;@6;)
                    br 3 (;@4;)
                  end
                end
                i32.const 1
                local.set 5
                br 3 (;@2;)
              end
              local.get 0
              local.get 1
              local.get 8
              local.get 9
              i32.const 69940
              call 115
              unreachable
            end
            local.get 8
            local.get 9
            i32.gt_u
            br_if 2 (;@1;)
            i32.const 0
            local.set 7
            block ;; label = @4
              local.get 8
              i32.eqz
              br_if 0 (;@4;)
              block ;; label = @5
                local.get 8
                local.get 1
                i32.ge_u
                br_if 0 (;@5;)
                local.get 8
                local.set 7
                local.get 0
                local.get 8
                i32.add
                i32.load8_s
                i32.const -65
                i32.gt_s
                br_if 1 (;@4;)
                br 4 (;@1;)
              end
              local.get 1
              local.set 7
              local.get 8
              local.get 1
              i32.ne
              br_if 3 (;@1;)
            end
            block ;; label = @4
              local.get 9
              br_if 0 (;@4;)
              i32.const 0
              local.set 1
              br 1 (;@3;)
            end
            block ;; label = @4
              local.get 9
              local.get 1
              i32.ge_u
              br_if 0 (;@4;)
              local.get 7
              local.set 8
              local.get 0
              local.get 9
              i32.add
              i32.load8_s
              i32.const -65
              i32.le_s
              br_if 3 (;@1;)
              local.get 9
              local.set 1
              br 1 (;@3;)
            end
            local.get 7
            local.set 8
            local.get 9
            local.get 1
            i32.ne
            br_if 2 (;@1;)
          end
          local.get 2
          local.get 0
          local.get 7
          i32.add
          local.get 1
          local.get 7
          i32.sub
          local.get 3
          i32.load offset=12
          call_indirect (type 0)
          br_if 0 (;@2;)
          local.get 2
          i32.const 34
          local.get 6
          call_indirect (type 1)
          local.set 5
        end
        local.get 4
        i32.const 32
        i32.add
        global.set 0
        local.get 5
        return
      end
      local.get 0
      local.get 1
      local.get 8
      local.get 9
      i32.const 69956
      call 115
      unreachable
    )
    (func (;121;) (type 1) (param i32 i32) (result i32)
      (local i32)
      global.get 0
      i32.const 16
      i32.sub
      local.tee 2
      global.set 0
      local.get 1
      i32.const 1
      i32.const 1
      i32.const 0
      local.get 2
      i32.const 11
      i32.add
      local.get 0
      local.get 2
      i32.const 11
      i32.add
      call 113
      local.tee 0
      i32.add
      i32.const 5
      local.get 0
      i32.sub
      call 86
      local.set 0
      local.get 2
      i32.const 16
      i32.add
      global.set 0
      local.get 0
    )
    (func (;122;) (type 1) (param i32 i32) (result i32)
      (local i32 i32 i32 i32 i32)
      i32.const 0
      local.set 2
      block ;; label = @1
        local.get 1
        i32.const -65587
        local.get 0
        i32.const 16
        local.get 0
        i32.const 16
        i32.gt_u
        select
        local.tee 0
        i32.sub
        i32.ge_u
        br_if 0 (;@1;)
        local.get 0
        i32.const 16
        local.get 1
        i32.const 11
        i32.add
        i32.const -8
        i32.and
        local.get 1
        i32.const 11
        i32.lt_u
        select
        local.tee 3
        i32.add
        i32.const 12
        i32.add
        call 15
        local.tee 1
        i32.eqz
        br_if 0 (;@1;)
        local.get 1
        i32.const -8
        i32.add
        local.set 2
        block ;; label = @2
          block ;; label = @3
            local.get 0
            i32.const -1
            i32.add
            local.tee 4
            local.get 1
            i32.and
            br_if 0 (;@3;)
            local.get 2
            local.set 0
            br 1 (;@2;)
          end
          local.get 1
          i32.const -4
          i32.add
          local.tee 5
          i32.load
          local.tee 6
          i32.const -8
          i32.and
          local.get 4
          local.get 1
          i32.add
          i32.const 0
          local.get 0
          i32.sub
          i32.and
          i32.const -8
          i32.add
          local.tee 1
          i32.const 0
          local.get 0
          local.get 1
          local.get 2
          i32.sub
          i32.const 16
          i32.gt_u
          select
          i32.add
          local.tee 0
          local.get 2
          i32.sub
          local.tee 1
          i32.sub
          local.set 4
          block ;; label = @3
            local.get 6
            i32.const 3
            i32.and
            i32.eqz
            br_if 0 (;@3;)
            local.get 0
            local.get 4
            local.get 0
            i32.load offset=4
            i32.const 1
            i32.and
            i32.or
            i32.const 2
            i32.or
            i32.store offset=4
            local.get 0
            local.get 4
            i32.add
            local.tee 4
            local.get 4
            i32.load offset=4
            i32.const 1
            i32.or
            i32.store offset=4
            local.get 5
            local.get 1
            local.get 5
            i32.load
            i32.const 1
            i32.and
            i32.or
            i32.const 2
            i32.or
            i32.store
            local.get 2
            local.get 1
            i32.add
            local.tee 4
            local.get 4
            i32.load offset=4
            i32.const 1
            i32.or
            i32.store offset=4
            local.get 2
            local.get 1
            call 124
            br 1 (;@2;)
          end
          local.get 2
          i32.load
          local.set 2
          local.get 0
          local.get 4
          i32.store offset=4
          local.get 0
          local.get 2
          local.get 1
          i32.add
          i32.store
        end
        block ;; label = @2
          local.get 0
          i32.load offset=4
          local.tee 1
          i32.const 3
          i32.and
          i32.eqz
          br_if 0 (;@2;)
          local.get 1
          i32.const -8
          i32.and
          local.tee 2
          local.get 3
          i32.const 16
          i32.add
          i32.le_u
          br_if 0 (;@2;)
          local.get 0
          local.get 3
          local.get 1
          i32.const 1
          i32.and
          i32.or
          i32.const 2
          i32.or
          i32.store offset=4
          local.get 0
          local.get 3
          i32.add
          local.tee 1
          local.get 2
          local.get 3
          i32.sub
          local.tee 3
          i32.const 3
          i32.or
          i32.store offset=4
          local.get 0
          local.get 2
          i32.add
          local.tee 2
          local.get 2
          i32.load offset=4
          i32.const 1
          i32.or
          i32.store offset=4
          local.get 1
          local.get 3
          call 124
        end
        local.get 0
        i32.const 8
        i32.add
        local.set 2
      end
      local.get 2
    )
    (func (;123;) (type 2) (param i32 i32)
      (local i32)
      block ;; label = @1
        local.get 1
        i32.const 256
        i32.lt_u
        br_if 0 (;@1;)
        local.get 0
        call 149
        return
      end
      block ;; label = @1
        local.get 0
        i32.load offset=12
        local.tee 2
        local.get 0
        i32.load offset=8
        local.tee 0
        i32.eq
        br_if 0 (;@1;)
        local.get 0
        local.get 2
        i32.store offset=12
        local.get 2
        local.get 0
        i32.store offset=8
        return
      end
      i32.const 0
      i32.const 0
      i32.load offset=72152
      i32.const -2
      local.get 1
      i32.const 3
      i32.shr_u
      i32.rotl
      i32.and
      i32.store offset=72152
    )
    (func (;124;) (type 2) (param i32 i32)
      (local i32 i32)
      local.get 0
      local.get 1
      i32.add
      local.set 2
      block ;; label = @1
        block ;; label = @2
          local.get 0
          i32.load offset=4
          local.tee 3
          i32.const 1
          i32.and
          br_if 0 (;@2;)
          local.get 3
          i32.const 2
          i32.and
          i32.eqz
          br_if 1 (;@1;)
          local.get 0
          i32.load
          local.tee 3
          local.get 1
          i32.add
          local.set 1
          block ;; label = @3
            local.get 0
            local.get 3
            i32.sub
            local.tee 0
            i32.const 0
            i32.load offset=72168
            i32.ne
            br_if 0 (;@3;)
            local.get 2
            i32.load offset=4
            i32.const 3
            i32.and
            i32.const 3
            i32.ne
            br_if 1 (;@2;)
            i32.const 0
            local.get 1
            i32.store offset=72160
            local.get 2
            local.get 2
            i32.load offset=4
            i32.const -2
            i32.and
            i32.store offset=4
            local.get 0
            local.get 1
            i32.const 1
            i32.or
            i32.store offset=4
            local.get 2
            local.get 1
            i32.store
            return
          end
          local.get 0
          local.get 3
          call 123
        end
        block ;; label = @2
          block ;; label = @3
            block ;; label = @4
              block ;; label = @5
                local.get 2
                i32.load offset=4
                local.tee 3
                i32.const 2
                i32.and
                br_if 0 (;@5;)
                local.get 2
                i32.const 0
                i32.load offset=72172
                i32.eq
                br_if 2 (;@3;)
                local.get 2
                i32.const 0
                i32.load offset=72168
                i32.eq
                br_if 3 (;@2;)
                local.get 2
                local.get 3
                i32.const -8
                i32.and
                local.tee 3
                call 123
                local.get 0
                local.get 3
                local.get 1
                i32.add
                local.tee 1
                i32.const 1
                i32.or
                i32.store offset=4
                local.get 0
                local.get 1
                i32.add
                local.get 1
                i32.store
                local.get 0
                i32.const 0
                i32.load offset=72168
                i32.ne
                br_if 1 (;@4;)
                i32.const 0
                local.get 1
                i32.store offset=72160
                return
              end
              local.get 2
              local.get 3
              i32.const -2
              i32.and
              i32.store offset=4
              local.get 0
              local.get 1
              i32.const 1
              i32.or
              i32.store offset=4
              local.get 0
              local.get 1
              i32.add
              local.get 1
              i32.store
            end
            local.get 0
            local.get 1
            call 150
            br 2 (;@1;)
          end
          i32.const 0
          local.get 0
          i32.store offset=72172
          i32.const 0
          i32.const 0
          i32.load offset=72164
          local.get 1
          i32.add
          local.tee 1
          i32.store offset=72164
          local.get 0
          local.get 1
          i32.const 1
          i32.or
          i32.store offset=4
          local.get 0
          i32.const 0
          i32.load offset=72168
          i32.ne
          br_if 1 (;@1;)
          i32.const 0
          i32.const 0
          i32.store offset=72160
          i32.const 0
          i32.const 0
          i32.store offset=72168
          return
        end
        i32.const 0
        local.get 0
        i32.store offset=72168
        i32.const 0
        i32.const 0
        i32.load offset=72160
        local.get 1
        i32.add
        local.tee 1
        i32.store offset=72160
        local.get 0
        local.get 1
        i32.const 1
        i32.or
        i32.store offset=4
        local.get 0
        local.get 1
        i32.add
        local.get 1
        i32.store
        return
      end
    )
    (func (;125;) (type 4))
    (func (;126;) (type 1) (param i32 i32) (result i32)
      local.get 0
      i32.load
      local.tee 0
      i32.load offset=4
      local.get 0
      i32.load offset=8
      local.get 1
      i32.load
      local.get 1
      i32.load offset=4
      call 120
    )
    (func (;127;) (type 1) (param i32 i32) (result i32)
      (local i32 i32)
      global.get 0
      i32.const 16
      i32.sub
      local.tee 2
      global.set 0
      local.get 0
      i32.load
      local.set 0
      local.get 1
      i32.load
      i32.const 70675
      i32.const 10
      local.get 1
      i32.load offset=4
      i32.load offset=12
      call_indirect (type 0)
      local.set 3
      local.get 2
      i32.const 0
      i32.store8 offset=13
      local.get 2
      local.get 3
      i32.store8 offset=12
      local.get 2
      local.get 1
      i32.store offset=8
      local.get 2
      i32.const 8
      i32.add
      i32.const 70685
      i32.const 5
      local.get 0
      i32.const 20
      call 33
      i32.const 70690
      i32.const 6
      local.get 0
      i32.const 4
      i32.add
      i32.const 19
      call 33
      call 42
      local.set 1
      local.get 2
      i32.const 16
      i32.add
      global.set 0
      local.get 1
    )
    (func (;128;) (type 1) (param i32 i32) (result i32)
      (local i32 i32)
      global.get 0
      i32.const 16
      i32.sub
      local.tee 2
      global.set 0
      local.get 0
      i32.load
      local.set 0
      local.get 1
      i32.load
      i32.const 70439
      i32.const 11
      local.get 1
      i32.load offset=4
      i32.load offset=12
      call_indirect (type 0)
      local.set 3
      local.get 2
      i32.const 0
      i32.store8 offset=13
      local.get 2
      local.get 3
      i32.store8 offset=12
      local.get 2
      local.get 1
      i32.store offset=8
      local.get 2
      i32.const 8
      i32.add
      i32.const 70450
      i32.const 7
      local.get 0
      i32.const 19
      call 33
      i32.const 70457
      i32.const 12
      local.get 0
      i32.const 1
      i32.add
      i32.const 42
      call 33
      i32.const 70469
      i32.const 11
      local.get 0
      i32.const 8
      i32.add
      i32.const 13
      call 33
      i32.const 70480
      i32.const 7
      local.get 0
      i32.const 24
      i32.add
      i32.const 20
      call 33
      i32.const 70487
      i32.const 16
      local.get 0
      i32.const 28
      i32.add
      i32.const 33
      call 33
      i32.const 70503
      i32.const 15
      local.get 0
      i32.const 32
      i32.add
      i32.const 22
      call 33
      i32.const 70518
      i32.const 11
      local.get 0
      i32.const 40
      i32.add
      i32.const 22
      call 33
      i32.const 70529
      i32.const 9
      local.get 0
      i32.const 48
      i32.add
      i32.const 20
      call 33
      i32.const 70538
      i32.const 10
      local.get 0
      i32.const 52
      i32.add
      i32.const 20
      call 33
      i32.const 70548
      i32.const 10
      local.get 0
      i32.const 56
      i32.add
      i32.const 20
      call 33
      i32.const 70558
      i32.const 12
      local.get 0
      i32.const 60
      i32.add
      i32.const 20
      call 33
      i32.const 70570
      i32.const 14
      local.get 0
      i32.const 64
      i32.add
      i32.const 22
      call 33
      i32.const 70584
      i32.const 16
      local.get 0
      i32.const 72
      i32.add
      i32.const 22
      call 33
      call 42
      local.set 0
      local.get 2
      i32.const 16
      i32.add
      global.set 0
      local.get 0
    )
    (func (;129;) (type 1) (param i32 i32) (result i32)
      (local i32)
      global.get 0
      i32.const 16
      i32.sub
      local.tee 2
      global.set 0
      block ;; label = @1
        block ;; label = @2
          block ;; label = @3
            block ;; label = @4
              local.get 0
              i32.load8_u
              br_table 0 (;@4;) 1 (;@3;) 2 (;@2;) 0 (;@4;)
            end
            local.get 2
            local.get 1
            i32.load
            i32.const 70374
            i32.const 23
            local.get 1
            i32.load offset=4
            i32.load offset=12
            call_indirect (type 0)
            i32.store8 offset=12
            local.get 2
            local.get 1
            i32.store offset=8
            local.get 2
            i32.const 0
            i32.store8 offset=13
            local.get 2
            i32.const 0
            i32.store offset=4
            local.get 2
            i32.const 4
            i32.add
            call 107
            local.set 1
            br 2 (;@1;)
          end
          local.get 2
          local.get 1
          i32.load
          i32.const 70397
          i32.const 21
          local.get 1
          i32.load offset=4
          i32.load offset=12
          call_indirect (type 0)
          i32.store8 offset=12
          local.get 2
          local.get 1
          i32.store offset=8
          local.get 2
          i32.const 0
          i32.store8 offset=13
          local.get 2
          i32.const 0
          i32.store offset=4
          local.get 2
          i32.const 4
          i32.add
          call 107
          local.set 1
          br 1 (;@1;)
        end
        local.get 2
        local.get 1
        i32.load
        i32.const 70418
        i32.const 21
        local.get 1
        i32.load offset=4
        i32.load offset=12
        call_indirect (type 0)
        i32.store8 offset=12
        local.get 2
        local.get 1
        i32.store offset=8
        local.get 2
        i32.const 0
        i32.store8 offset=13
        local.get 2
        i32.const 0
        i32.store offset=4
        local.get 2
        i32.const 4
        i32.add
        call 107
        local.set 1
      end
      local.get 2
      i32.const 16
      i32.add
      global.set 0
      local.get 1
    )
    (func (;130;) (type 1) (param i32 i32) (result i32)
      (local i32 i32)
      global.get 0
      i32.const 16
      i32.sub
      local.tee 2
      global.set 0
      local.get 0
      i32.load
      local.set 0
      local.get 1
      i32.load
      i32.const 70299
      i32.const 6
      local.get 1
      i32.load offset=4
      i32.load offset=12
      call_indirect (type 0)
      local.set 3
      local.get 2
      i32.const 0
      i32.store8 offset=13
      local.get 2
      local.get 3
      i32.store8 offset=12
      local.get 2
      local.get 1
      i32.store offset=8
      local.get 2
      i32.const 8
      i32.add
      i32.const 70056
      i32.const 2
      local.get 0
      i32.const 56
      i32.add
      i32.const 3
      call 33
      i32.const 70305
      i32.const 5
      local.get 0
      i32.const 68
      i32.add
      i32.const 3
      call 33
      i32.const 70310
      i32.const 6
      local.get 0
      i32.const 80
      i32.add
      i32.const 3
      call 33
      i32.const 70316
      i32.const 5
      local.get 0
      i32.const 16
      i32.add
      i32.const 22
      call 33
      i32.const 70321
      i32.const 5
      local.get 0
      i32.const 24
      i32.add
      i32.const 22
      call 33
      i32.const 70326
      i32.const 8
      local.get 0
      i32.const 32
      i32.add
      i32.const 22
      call 33
      i32.const 70334
      i32.const 12
      local.get 0
      i32.const 40
      i32.add
      i32.const 22
      call 33
      i32.const 70346
      i32.const 9
      local.get 0
      i32.const 48
      i32.add
      i32.const 43
      call 33
      i32.const 70355
      i32.const 9
      local.get 0
      i32.const 13
      call 33
      call 42
      local.set 0
      local.get 2
      i32.const 16
      i32.add
      global.set 0
      local.get 0
    )
    (func (;131;) (type 1) (param i32 i32) (result i32)
      (local i32 i32 i64 i64)
      global.get 0
      i32.const 32
      i32.sub
      local.tee 2
      global.set 0
      block ;; label = @1
        block ;; label = @2
          local.get 1
          i32.load offset=8
          local.tee 3
          i32.const 33554432
          i32.and
          br_if 0 (;@2;)
          local.get 0
          i64.load
          local.set 4
          block ;; label = @3
            local.get 3
            i32.const 67108864
            i32.and
            br_if 0 (;@3;)
            local.get 1
            local.get 4
            i64.const -1
            i64.gt_s
            i32.const 1
            i32.const 0
            local.get 2
            i32.const 8
            i32.add
            local.get 4
            local.get 4
            i64.const 63
            i64.shr_s
            local.tee 5
            i64.xor
            local.get 5
            i64.sub
            local.get 2
            i32.const 8
            i32.add
            call 112
            local.tee 0
            i32.add
            i32.const 20
            local.get 0
            i32.sub
            call 86
            local.set 1
            br 2 (;@1;)
          end
          local.get 4
          local.get 1
          call 111
          local.set 1
          br 1 (;@1;)
        end
        local.get 2
        local.get 0
        i64.load
        i64.store offset=8
        local.get 2
        i32.const 8
        i32.add
        local.get 1
        call 6
        local.set 1
      end
      local.get 2
      i32.const 32
      i32.add
      global.set 0
      local.get 1
    )
    (func (;132;) (type 1) (param i32 i32) (result i32)
      (local i32 i32)
      global.get 0
      i32.const 16
      i32.sub
      local.tee 2
      global.set 0
      local.get 0
      i32.load
      local.set 0
      local.get 1
      i32.load
      i32.const 70026
      i32.const 9
      local.get 1
      i32.load offset=4
      i32.load offset=12
      call_indirect (type 0)
      local.set 3
      local.get 2
      i32.const 0
      i32.store8 offset=13
      local.get 2
      local.get 3
      i32.store8 offset=12
      local.get 2
      local.get 1
      i32.store offset=8
      local.get 2
      i32.const 8
      i32.add
      i32.const 70035
      i32.const 4
      local.get 0
      i32.const 3
      call 33
      i32.const 70039
      i32.const 5
      local.get 0
      i32.const 12
      i32.add
      i32.const 3
      call 33
      i32.const 70044
      i32.const 6
      local.get 0
      i32.const 24
      i32.add
      i32.const 3
      call 33
      call 42
      local.set 1
      local.get 2
      i32.const 16
      i32.add
      global.set 0
      local.get 1
    )
    (func (;133;) (type 1) (param i32 i32) (result i32)
      (local i32 i32)
      global.get 0
      i32.const 16
      i32.sub
      local.tee 2
      global.set 0
      local.get 0
      i32.load
      local.set 0
      local.get 1
      i32.load
      i32.const 70050
      i32.const 6
      local.get 1
      i32.load offset=4
      i32.load offset=12
      call_indirect (type 0)
      local.set 3
      local.get 2
      i32.const 0
      i32.store8 offset=13
      local.get 2
      local.get 3
      i32.store8 offset=12
      local.get 2
      local.get 1
      i32.store offset=8
      local.get 2
      i32.const 8
      i32.add
      i32.const 70056
      i32.const 2
      local.get 0
      i32.const 3
      call 33
      i32.const 70058
      i32.const 8
      local.get 0
      i32.const 12
      i32.add
      i32.const 3
      call 33
      i32.const 70066
      i32.const 5
      local.get 0
      i32.const 24
      i32.add
      i32.const 3
      call 33
      i32.const 70071
      i32.const 4
      local.get 0
      i32.const 36
      i32.add
      i32.const 3
      call 33
      i32.const 70075
      i32.const 9
      local.get 0
      i32.const 76
      i32.add
      i32.const 26
      call 33
      i32.const 70084
      i32.const 14
      local.get 0
      i32.const 72
      i32.add
      i32.const 20
      call 33
      i32.const 70098
      i32.const 8
      local.get 0
      i32.const 48
      i32.add
      i32.const 5
      call 33
      i32.const 70106
      i32.const 6
      local.get 0
      i32.const 60
      i32.add
      i32.const 3
      call 33
      call 42
      local.set 0
      local.get 2
      i32.const 16
      i32.add
      global.set 0
      local.get 0
    )
    (func (;134;) (type 1) (param i32 i32) (result i32)
      (local i32 i32 i32)
      global.get 0
      i32.const 16
      i32.sub
      local.tee 2
      global.set 0
      block ;; label = @1
        block ;; label = @2
          block ;; label = @3
            block ;; label = @4
              block ;; label = @5
                local.get 1
                i32.load offset=8
                local.tee 3
                i32.const 33554432
                i32.and
                br_if 0 (;@5;)
                local.get 3
                i32.const 67108864
                i32.and
                br_if 2 (;@3;)
                i32.const 3
                local.set 3
                local.get 0
                i32.load8_u
                local.tee 0
                local.set 4
                local.get 0
                i32.const 9
                i32.gt_u
                br_if 1 (;@4;)
                br 3 (;@2;)
              end
              local.get 0
              i32.load8_u
              local.set 3
              i32.const 3
              local.set 0
              loop ;; label = @5
                local.get 2
                i32.const 9
                i32.add
                local.get 0
                i32.add
                i32.const -2
                i32.add
                local.get 3
                i32.const 15
                i32.and
                i32.const 67875
                i32.add
                i32.load8_u
                i32.store8
                local.get 0
                i32.const -1
                i32.add
                local.set 0
                local.get 3
                i32.const 4
                i32.shr_u
                i32.const 15
                i32.and
                local.tee 3
                br_if 0 (;@5;)
              end
              local.get 1
              i32.const 1
              i32.const 69910
              i32.const 2
              local.get 2
              i32.const 9
              i32.add
              local.get 0
              i32.add
              i32.const -1
              i32.add
              i32.const 3
              local.get 0
              i32.sub
              call 86
              local.set 0
              br 3 (;@1;)
            end
            i32.const 1
            local.set 3
            local.get 2
            local.get 0
            local.get 0
            i32.const 100
            i32.div_u
            local.tee 4
            i32.const 100
            i32.mul
            i32.sub
            i32.const 255
            i32.and
            i32.const 1
            i32.shl
            i32.load16_u offset=68079 align=1
            i32.store16 offset=12 align=1
            br 1 (;@2;)
          end
          local.get 0
          i32.load8_u
          local.set 3
          i32.const 3
          local.set 0
          loop ;; label = @3
            local.get 2
            i32.const 14
            i32.add
            local.get 0
            i32.add
            i32.const -2
            i32.add
            local.get 3
            i32.const 15
            i32.and
            i32.const 69912
            i32.add
            i32.load8_u
            i32.store8
            local.get 0
            i32.const -1
            i32.add
            local.set 0
            local.get 3
            i32.const 4
            i32.shr_u
            i32.const 15
            i32.and
            local.tee 3
            br_if 0 (;@3;)
          end
          local.get 1
          i32.const 1
          i32.const 69910
          i32.const 2
          local.get 2
          i32.const 14
          i32.add
          local.get 0
          i32.add
          i32.const -1
          i32.add
          i32.const 3
          local.get 0
          i32.sub
          call 86
          local.set 0
          br 1 (;@1;)
        end
        block ;; label = @2
          block ;; label = @3
            local.get 0
            i32.eqz
            br_if 0 (;@3;)
            local.get 4
            i32.eqz
            br_if 1 (;@2;)
          end
          local.get 2
          i32.const 11
          i32.add
          local.get 3
          i32.const -1
          i32.add
          local.tee 3
          i32.add
          local.get 4
          i32.const 1
          i32.shl
          i32.load8_u offset=68080
          i32.store8
        end
        local.get 1
        i32.const 1
        i32.const 1
        i32.const 0
        local.get 2
        i32.const 11
        i32.add
        local.get 3
        i32.add
        local.get 3
        i32.const 3
        i32.xor
        call 86
        local.set 0
      end
      local.get 2
      i32.const 16
      i32.add
      global.set 0
      local.get 0
    )
    (func (;135;) (type 1) (param i32 i32) (result i32)
      (local i32)
      local.get 0
      i32.load
      local.set 0
      block ;; label = @1
        local.get 1
        i32.load offset=8
        local.tee 2
        i32.const 33554432
        i32.and
        br_if 0 (;@1;)
        local.get 0
        i32.load16_u
        local.set 0
        block ;; label = @2
          local.get 2
          i32.const 67108864
          i32.and
          br_if 0 (;@2;)
          local.get 0
          local.get 1
          call 121
          return
        end
        local.get 0
        local.get 1
        call 93
        return
      end
      local.get 0
      i32.load16_u
      local.get 1
      call 119
    )
    (func (;136;) (type 1) (param i32 i32) (result i32)
      (local i32)
      global.get 0
      i32.const 16
      i32.sub
      local.tee 2
      global.set 0
      block ;; label = @1
        block ;; label = @2
          local.get 0
          i32.load
          i32.const -2147483648
          i32.eq
          br_if 0 (;@2;)
          local.get 2
          local.get 0
          i32.store offset=12
          local.get 1
          local.get 2
          i32.const 12
          i32.add
          i32.const 35
          call 106
          local.set 0
          br 1 (;@1;)
        end
        local.get 1
        i32.load
        i32.const 70791
        i32.const 4
        local.get 1
        i32.load offset=4
        i32.load offset=12
        call_indirect (type 0)
        local.set 0
      end
      local.get 2
      i32.const 16
      i32.add
      global.set 0
      local.get 0
    )
    (func (;137;) (type 1) (param i32 i32) (result i32)
      (local i32)
      global.get 0
      i32.const 16
      i32.sub
      local.tee 2
      global.set 0
      block ;; label = @1
        block ;; label = @2
          local.get 0
          i32.load
          i32.const 1
          i32.ne
          br_if 0 (;@2;)
          local.get 2
          local.get 0
          i32.const 4
          i32.add
          i32.store offset=12
          local.get 1
          local.get 2
          i32.const 12
          i32.add
          i32.const 44
          call 106
          local.set 0
          br 1 (;@1;)
        end
        local.get 1
        i32.load
        i32.const 70791
        i32.const 4
        local.get 1
        i32.load offset=4
        i32.load offset=12
        call_indirect (type 0)
        local.set 0
      end
      local.get 2
      i32.const 16
      i32.add
      global.set 0
      local.get 0
    )
    (func (;138;) (type 1) (param i32 i32) (result i32)
      (local i32)
      local.get 0
      i32.load
      local.set 0
      block ;; label = @1
        local.get 1
        i32.load offset=8
        local.tee 2
        i32.const 33554432
        i32.and
        br_if 0 (;@1;)
        local.get 0
        i32.load
        local.set 0
        block ;; label = @2
          local.get 2
          i32.const 67108864
          i32.and
          br_if 0 (;@2;)
          local.get 0
          local.get 1
          call 114
          return
        end
        local.get 0
        local.get 1
        call 108
        return
      end
      local.get 0
      i32.load
      local.get 1
      call 85
    )
    (func (;139;) (type 1) (param i32 i32) (result i32)
      (local i32 i32)
      global.get 0
      i32.const 16
      i32.sub
      local.tee 2
      global.set 0
      local.get 0
      i32.load
      local.set 0
      local.get 1
      i32.load
      i32.const 70600
      i32.const 7
      local.get 1
      i32.load offset=4
      i32.load offset=12
      call_indirect (type 0)
      local.set 3
      local.get 2
      i32.const 0
      i32.store8 offset=13
      local.get 2
      local.get 3
      i32.store8 offset=12
      local.get 2
      local.get 1
      i32.store offset=8
      local.get 2
      i32.const 8
      i32.add
      i32.const 70146
      i32.const 6
      local.get 0
      i32.const 24
      i32.add
      i32.const 18
      call 33
      i32.const 70607
      i32.const 9
      local.get 0
      i32.const 3
      call 33
      i32.const 70616
      i32.const 5
      local.get 0
      i32.const 28
      i32.add
      i32.const 20
      call 33
      i32.const 70621
      i32.const 5
      local.get 0
      i32.const 12
      i32.add
      i32.const 5
      call 33
      i32.const 70626
      i32.const 13
      local.get 0
      i32.const 32
      i32.add
      i32.const 20
      call 33
      call 42
      local.set 0
      local.get 2
      i32.const 16
      i32.add
      global.set 0
      local.get 0
    )
    (func (;140;) (type 1) (param i32 i32) (result i32)
      (local i32)
      global.get 0
      i32.const 16
      i32.sub
      local.tee 2
      global.set 0
      block ;; label = @1
        block ;; label = @2
          local.get 0
          i32.load16_u
          i32.const 1
          i32.ne
          br_if 0 (;@2;)
          local.get 2
          local.get 0
          i32.const 2
          i32.add
          i32.store offset=12
          local.get 1
          local.get 2
          i32.const 12
          i32.add
          i32.const 45
          call 106
          local.set 0
          br 1 (;@1;)
        end
        local.get 1
        i32.load
        i32.const 70791
        i32.const 4
        local.get 1
        i32.load offset=4
        i32.load offset=12
        call_indirect (type 0)
        local.set 0
      end
      local.get 2
      i32.const 16
      i32.add
      global.set 0
      local.get 0
    )
    (func (;141;) (type 1) (param i32 i32) (result i32)
      (local i32 i32)
      global.get 0
      i32.const 16
      i32.sub
      local.tee 2
      global.set 0
      local.get 0
      i32.load
      local.set 0
      local.get 1
      i32.load
      i32.const 70644
      i32.const 8
      local.get 1
      i32.load offset=4
      i32.load offset=12
      call_indirect (type 0)
      local.set 3
      local.get 2
      i32.const 0
      i32.store8 offset=13
      local.get 2
      local.get 3
      i32.store8 offset=12
      local.get 2
      local.get 1
      i32.store offset=8
      local.get 2
      i32.const 8
      i32.add
      i32.const 70639
      i32.const 5
      local.get 0
      i32.const 8
      i32.add
      i32.const 3
      call 33
      i32.const 70652
      i32.const 5
      local.get 0
      i32.const 24
      i32.add
      i32.const 20
      call 33
      i32.const 70657
      i32.const 5
      local.get 0
      i32.const 22
      call 33
      i32.const 70662
      i32.const 13
      local.get 0
      i32.const 20
      i32.add
      i32.const 18
      call 33
      call 42
      local.set 0
      local.get 2
      i32.const 16
      i32.add
      global.set 0
      local.get 0
    )
    (func (;142;) (type 1) (param i32 i32) (result i32)
      (local i32 i32)
      global.get 0
      i32.const 16
      i32.sub
      local.tee 2
      global.set 0
      block ;; label = @1
        block ;; label = @2
          local.get 1
          i32.load offset=8
          local.tee 3
          i32.const 33554432
          i32.and
          br_if 0 (;@2;)
          local.get 0
          i32.load16_s
          local.set 0
          block ;; label = @3
            local.get 3
            i32.const 67108864
            i32.and
            br_if 0 (;@3;)
            local.get 1
            local.get 0
            i32.extend16_s
            local.tee 3
            i32.const -1
            i32.gt_s
            i32.const 1
            i32.const 0
            local.get 2
            i32.const 11
            i32.add
            local.get 0
            local.get 3
            i32.const 15
            i32.shr_s
            local.tee 3
            i32.xor
            local.get 3
            i32.sub
            local.get 2
            i32.const 11
            i32.add
            call 113
            local.tee 0
            i32.add
            i32.const 5
            local.get 0
            i32.sub
            call 86
            local.set 1
            br 2 (;@1;)
          end
          local.get 0
          local.get 1
          call 93
          local.set 1
          br 1 (;@1;)
        end
        local.get 0
        i32.load16_u
        local.get 1
        call 119
        local.set 1
      end
      local.get 2
      i32.const 16
      i32.add
      global.set 0
      local.get 1
    )
    (func (;143;) (type 1) (param i32 i32) (result i32)
      (local i32 i32 i32 i32)
      global.get 0
      i32.const 16
      i32.sub
      local.tee 2
      global.set 0
      local.get 0
      i32.load offset=4
      local.set 3
      local.get 0
      i32.load offset=8
      local.set 0
      i32.const 1
      local.set 4
      local.get 1
      i32.load
      i32.const 68279
      i32.const 1
      local.get 1
      i32.load offset=4
      i32.load offset=12
      call_indirect (type 0)
      local.set 5
      local.get 2
      i32.const 0
      i32.store8 offset=9
      local.get 2
      local.get 5
      i32.store8 offset=8
      local.get 2
      local.get 1
      i32.store offset=4
      block ;; label = @1
        block ;; label = @2
          block ;; label = @3
            local.get 0
            i32.eqz
            br_if 0 (;@3;)
            local.get 0
            i32.const 36
            i32.mul
            local.set 1
            loop ;; label = @4
              local.get 2
              local.get 3
              i32.store offset=12
              local.get 3
              i32.const 36
              i32.add
              local.set 3
              local.get 2
              i32.const 4
              i32.add
              local.get 2
              i32.const 12
              i32.add
              i32.const 46
              call 52
              local.set 0
              local.get 1
              i32.const -36
              i32.add
              local.tee 1
              br_if 0 (;@4;)
            end
            i32.const 1
            local.set 4
            local.get 2
            i32.load8_u offset=8
            br_if 2 (;@1;)
            local.get 0
            i32.load
            local.set 1
            br 1 (;@2;)
          end
          local.get 5
          br_if 1 (;@1;)
        end
        local.get 1
        i32.load
        i32.const 67912
        i32.const 1
        local.get 1
        i32.load offset=4
        i32.load offset=12
        call_indirect (type 0)
        local.set 4
      end
      local.get 2
      i32.const 16
      i32.add
      global.set 0
      local.get 4
    )
    (func (;144;) (type 7) (param i32 i32 i32 i32)
      (local i32 i32)
      global.get 0
      i32.const 16
      i32.sub
      local.tee 4
      global.set 0
      i32.const 0
      i32.const 0
      i32.load offset=71740
      local.tee 5
      i32.const 1
      i32.add
      i32.store offset=71740
      block ;; label = @1
        local.get 5
        i32.const 0
        i32.lt_s
        br_if 0 (;@1;)
        block ;; label = @2
          block ;; label = @3
            i32.const 0
            i32.load8_u offset=71732
            br_if 0 (;@3;)
            i32.const 0
            i32.const 1
            i32.store8 offset=71732
            i32.const 0
            i32.const 0
            i32.load offset=71728
            i32.const 1
            i32.add
            i32.store offset=71728
            i32.const 0
            i32.load offset=71736
            local.tee 5
            i32.const 0
            i32.lt_s
            br_if 2 (;@1;)
            local.get 5
            i32.const 1
            i32.add
            local.tee 1
            local.get 5
            i32.ge_s
            br_if 1 (;@2;)
            i32.const 71444
            i32.const 28
            i32.const 71472
            call 21
            br 2 (;@1;)
          end
          local.get 4
          i32.const 8
          i32.add
          local.get 0
          local.get 1
          i32.load offset=24
          call_indirect (type 2)
          unreachable
        end
        i32.const 0
        local.get 1
        i32.const -1
        i32.add
        i32.store offset=71736
        block ;; label = @2
          local.get 1
          i32.const 0
          i32.le_s
          br_if 0 (;@2;)
          i32.const 0
          i32.const 0
          i32.store8 offset=71732
          local.get 2
          i32.eqz
          br_if 1 (;@1;)
          call 145
          unreachable
        end
        i32.const 71388
        i32.const 77
        i32.const 71428
        call 3
        unreachable
      end
      unreachable
    )
    (func (;145;) (type 4)
      unreachable
    )
    (func (;146;) (type 2) (param i32 i32)
      local.get 0
      i32.const 0
      i32.store
    )
    (func (;147;) (type 2) (param i32 i32)
      local.get 0
      i32.const 0
      i64.load offset=71172 align=4
      i64.store offset=8 align=4
      local.get 0
      i32.const 0
      i64.load offset=71164 align=4
      i64.store align=4
    )
    (func (;148;) (type 2) (param i32 i32)
      (local i32 i32 i32 i32)
      block ;; label = @1
        i32.const 0
        i32.load offset=72160
        local.tee 2
        i32.eqz
        br_if 0 (;@1;)
        i32.const 0
        i32.load offset=72168
        local.set 3
        block ;; label = @2
          block ;; label = @3
            i32.const 0
            i32.load offset=72152
            local.tee 4
            i32.const 1
            local.get 2
            i32.const 3
            i32.shr_u
            i32.shl
            local.tee 5
            i32.and
            br_if 0 (;@3;)
            i32.const 0
            local.get 4
            local.get 5
            i32.or
            i32.store offset=72152
            local.get 2
            i32.const -8
            i32.and
            i32.const 71888
            i32.add
            local.tee 2
            local.set 4
            br 1 (;@2;)
          end
          local.get 2
          i32.const -8
          i32.and
          local.tee 2
          i32.const 71888
          i32.add
          local.set 4
          local.get 2
          i32.const 71896
          i32.add
          i32.load
          local.set 2
        end
        local.get 4
        local.get 3
        i32.store offset=8
        local.get 2
        local.get 3
        i32.store offset=12
        local.get 3
        local.get 4
        i32.store offset=12
        local.get 3
        local.get 2
        i32.store offset=8
      end
      i32.const 0
      local.get 0
      i32.store offset=72168
      i32.const 0
      local.get 1
      i32.store offset=72160
    )
    (func (;149;) (type 5) (param i32)
      (local i32 i32 i32 i32 i32)
      local.get 0
      i32.load offset=24
      local.set 1
      block ;; label = @1
        block ;; label = @2
          block ;; label = @3
            local.get 0
            i32.const 12
            i32.add
            i32.load
            local.tee 2
            local.get 0
            i32.ne
            br_if 0 (;@3;)
            local.get 0
            i32.const 20
            i32.const 16
            local.get 0
            i32.load offset=20
            local.tee 2
            select
            i32.add
            i32.load
            local.tee 3
            br_if 1 (;@2;)
            i32.const 0
            local.set 2
            br 2 (;@1;)
          end
          local.get 0
          i32.const 8
          i32.add
          i32.load
          local.tee 3
          local.get 2
          i32.store offset=12
          local.get 2
          local.get 3
          i32.store offset=8
          br 1 (;@1;)
        end
        local.get 0
        i32.const 20
        i32.add
        local.get 0
        i32.const 16
        i32.add
        local.get 2
        select
        local.set 4
        loop ;; label = @2
          local.get 4
          local.set 5
          local.get 3
          local.tee 2
          i32.const 20
          i32.add
          local.set 4
          local.get 2
          i32.load offset=20
          local.tee 3
          br_if 0 (;@2;)
          local.get 2
          i32.const 16
          i32.add
          local.set 4
          local.get 2
          i32.load offset=16
          local.tee 3
          br_if 0 (;@2;)
        end
        local.get 5
        i32.const 0
        i32.store
      end
      block ;; label = @1
        block ;; label = @2
          local.get 1
          i32.eqz
          br_if 0 (;@2;)
          block ;; label = @3
            block ;; label = @4
              local.get 0
              local.get 0
              i32.load offset=28
              local.tee 4
              i32.const 2
              i32.shl
              i32.const 71744
              i32.add
              local.tee 3
              i32.load
              i32.eq
              br_if 0 (;@4;)
              block ;; label = @5
                block ;; label = @6
                  local.get 1
                  i32.load offset=16
                  local.get 0
                  i32.eq
                  br_if 0 (;@6;)
                  local.get 1
                  local.get 2
                  i32.store offset=20
                  br 1 (;@5;)
                end
                local.get 1
                local.get 2
                i32.store offset=16
              end
              local.get 2
              br_if 1 (;@3;)
              br 2 (;@2;)
            end
            local.get 3
            local.get 2
            i32.store
            local.get 2
            i32.eqz
            br_if 2 (;@1;)
          end
          local.get 2
          local.get 1
          i32.store offset=24
          block ;; label = @3
            local.get 0
            i32.load offset=16
            local.tee 3
            i32.eqz
            br_if 0 (;@3;)
            local.get 2
            local.get 3
            i32.store offset=16
            local.get 3
            local.get 2
            i32.store offset=24
          end
          local.get 0
          i32.load offset=20
          local.tee 3
          i32.eqz
          br_if 0 (;@2;)
          local.get 2
          local.get 3
          i32.store offset=20
          local.get 3
          local.get 2
          i32.store offset=24
        end
        return
      end
      i32.const 0
      i32.const 0
      i32.load offset=72156
      i32.const -2
      local.get 4
      i32.rotl
      i32.and
      i32.store offset=72156
    )
    (func (;150;) (type 2) (param i32 i32)
      (local i32 i32)
      block ;; label = @1
        local.get 1
        i32.const 256
        i32.lt_u
        br_if 0 (;@1;)
        local.get 0
        local.get 1
        call 151
        return
      end
      block ;; label = @1
        block ;; label = @2
          i32.const 0
          i32.load offset=72152
          local.tee 2
          i32.const 1
          local.get 1
          i32.const 3
          i32.shr_u
          i32.shl
          local.tee 3
          i32.and
          br_if 0 (;@2;)
          i32.const 0
          local.get 2
          local.get 3
          i32.or
          i32.store offset=72152
          local.get 1
          i32.const 248
          i32.and
          i32.const 71888
          i32.add
          local.tee 1
          local.set 2
          br 1 (;@1;)
        end
        local.get 1
        i32.const 248
        i32.and
        local.tee 1
        i32.const 71888
        i32.add
        local.set 2
        local.get 1
        i32.const 71896
        i32.add
        i32.load
        local.set 1
      end
      local.get 2
      local.get 0
      i32.store offset=8
      local.get 1
      local.get 0
      i32.store offset=12
      local.get 0
      local.get 2
      i32.store offset=12
      local.get 0
      local.get 1
      i32.store offset=8
    )
    (func (;151;) (type 2) (param i32 i32)
      (local i32 i32 i32 i32)
      i32.const 31
      local.set 2
      block ;; label = @1
        local.get 1
        i32.const 16777215
        i32.gt_u
        br_if 0 (;@1;)
        local.get 1
        i32.const 38
        local.get 1
        i32.const 8
        i32.shr_u
        i32.clz
        local.tee 2
        i32.sub
        i32.shr_u
        i32.const 1
        i32.and
        local.get 2
        i32.const 1
        i32.shl
        i32.or
        i32.const 62
        i32.xor
        local.set 2
      end
      local.get 0
      i64.const 0
      i64.store offset=16 align=4
      local.get 0
      local.get 2
      i32.store offset=28
      local.get 2
      i32.const 2
      i32.shl
      i32.const 71744
      i32.add
      local.set 3
      block ;; label = @1
        i32.const 0
        i32.load offset=72156
        i32.const 1
        local.get 2
        i32.shl
        local.tee 4
        i32.and
        br_if 0 (;@1;)
        local.get 3
        local.get 0
        i32.store
        local.get 0
        local.get 3
        i32.store offset=24
        local.get 0
        local.get 0
        i32.store offset=12
        local.get 0
        local.get 0
        i32.store offset=8
        i32.const 0
        i32.const 0
        i32.load offset=72156
        local.get 4
        i32.or
        i32.store offset=72156
        return
      end
      block ;; label = @1
        block ;; label = @2
          block ;; label = @3
            local.get 3
            i32.load
            local.tee 4
            i32.load offset=4
            i32.const -8
            i32.and
            local.get 1
            i32.ne
            br_if 0 (;@3;)
            local.get 4
            local.set 2
            br 1 (;@2;)
          end
          local.get 1
          i32.const 0
          i32.const 25
          local.get 2
          i32.const 1
          i32.shr_u
          i32.sub
          local.get 2
          i32.const 31
          i32.eq
          select
          i32.shl
          local.set 3
          loop ;; label = @3
            local.get 4
            local.get 3
            i32.const 29
            i32.shr_u
            i32.const 4
            i32.and
            i32.add
            local.tee 5
            i32.load offset=16
            local.tee 2
            i32.eqz
            br_if 2 (;@1;)
            local.get 3
            i32.const 1
            i32.shl
            local.set 3
            local.get 2
            local.set 4
            local.get 2
            i32.load offset=4
            i32.const -8
            i32.and
            local.get 1
            i32.ne
            br_if 0 (;@3;)
          end
        end
        local.get 2
        i32.load offset=8
        local.tee 3
        local.get 0
        i32.store offset=12
        local.get 2
        local.get 0
        i32.store offset=8
        local.get 0
        i32.const 0
        i32.store offset=24
        local.get 0
        local.get 2
        i32.store offset=12
        local.get 0
        local.get 3
        i32.store offset=8
        return
      end
      local.get 5
      i32.const 16
      i32.add
      local.get 0
      i32.store
      local.get 0
      local.get 4
      i32.store offset=24
      local.get 0
      local.get 0
      i32.store offset=12
      local.get 0
      local.get 0
      i32.store offset=8
    )
    (func (;152;) (type 2) (param i32 i32)
      i32.const 0
      i32.const 1
      i32.store8 offset=72196
      unreachable
    )
    (func (;153;) (type 5) (param i32)
      local.get 0
      call 154
      unreachable
    )
    (func (;154;) (type 5) (param i32)
      (local i32 i32 i32)
      global.get 0
      i32.const 16
      i32.sub
      local.tee 1
      global.set 0
      block ;; label = @1
        local.get 0
        i32.load
        local.tee 2
        i32.load offset=4
        local.tee 3
        i32.const 1
        i32.and
        i32.eqz
        br_if 0 (;@1;)
        local.get 2
        i32.load
        local.set 2
        local.get 1
        local.get 3
        i32.const 1
        i32.shr_u
        i32.store offset=4
        local.get 1
        local.get 2
        i32.store
        local.get 1
        i32.const 71204
        local.get 0
        i32.load offset=8
        local.tee 0
        i32.load8_u offset=8
        local.get 0
        i32.load8_u offset=9
        call 144
        unreachable
      end
      local.get 1
      i32.const -2147483648
      i32.store
      local.get 1
      local.get 0
      i32.store offset=12
      local.get 1
      i32.const 71232
      local.get 0
      i32.load offset=8
      local.tee 0
      i32.load8_u offset=8
      local.get 0
      i32.load8_u offset=9
      call 144
      unreachable
    )
    (func (;155;) (type 5) (param i32)
      block ;; label = @1
        local.get 0
        i32.load
        i32.const -2147483648
        i32.eq
        br_if 0 (;@1;)
        local.get 0
        i32.const 1
        i32.const 1
        call 9
      end
    )
    (func (;156;) (type 1) (param i32 i32) (result i32)
      block ;; label = @1
        local.get 0
        i32.load
        i32.const -2147483648
        i32.eq
        br_if 0 (;@1;)
        local.get 1
        i32.load
        local.get 0
        i32.load offset=4
        local.get 0
        i32.load offset=8
        local.get 1
        i32.load offset=4
        i32.load offset=12
        call_indirect (type 0)
        return
      end
      local.get 1
      i32.load
      local.get 1
      i32.load offset=4
      local.get 0
      i32.load offset=12
      i32.load
      local.tee 0
      i32.load
      local.get 0
      i32.load offset=4
      call 5
    )
    (func (;157;) (type 2) (param i32 i32)
      (local i32 i32 i64)
      global.get 0
      i32.const 16
      i32.sub
      local.tee 2
      global.set 0
      local.get 1
      call 158
      local.tee 1
      i32.load offset=8
      local.set 3
      local.get 1
      i32.const 0
      i32.store offset=8
      local.get 1
      i64.load align=4
      local.set 4
      local.get 1
      i64.const 4294967296
      i64.store align=4
      local.get 2
      local.get 3
      i32.store offset=8
      local.get 2
      local.get 4
      i64.store
      block ;; label = @1
        i32.const 12
        call 15
        local.tee 1
        br_if 0 (;@1;)
        i32.const 4
        i32.const 12
        call 22
        unreachable
      end
      local.get 1
      local.get 2
      i32.load offset=8
      i32.store offset=8
      local.get 1
      local.get 2
      i64.load
      i64.store align=4
      local.get 0
      i32.const 71504
      i32.store offset=4
      local.get 0
      local.get 1
      i32.store
      local.get 2
      i32.const 16
      i32.add
      global.set 0
    )
    (func (;158;) (type 8) (param i32) (result i32)
      (local i32 i32 i64)
      global.get 0
      i32.const 32
      i32.sub
      local.tee 1
      global.set 0
      block ;; label = @1
        local.get 0
        i32.load
        i32.const -2147483648
        i32.ne
        br_if 0 (;@1;)
        local.get 0
        i32.load offset=12
        local.set 2
        local.get 1
        i32.const 0
        i32.store offset=28
        local.get 1
        i64.const 4294967296
        i64.store offset=20 align=4
        local.get 1
        i32.const 20
        i32.add
        i32.const 71180
        local.get 2
        i32.load
        local.tee 2
        i32.load
        local.get 2
        i32.load offset=4
        call 5
        drop
        local.get 1
        local.get 1
        i32.load offset=28
        local.tee 2
        i32.store offset=16
        local.get 1
        local.get 1
        i64.load offset=20 align=4
        local.tee 3
        i64.store offset=8
        local.get 0
        local.get 2
        i32.store offset=8
        local.get 0
        local.get 3
        i64.store align=4
      end
      local.get 1
      i32.const 32
      i32.add
      global.set 0
      local.get 0
    )
    (func (;159;) (type 2) (param i32 i32)
      local.get 1
      call 158
      local.set 1
      local.get 0
      i32.const 71504
      i32.store offset=4
      local.get 0
      local.get 1
      i32.store
    )
    (func (;160;) (type 5) (param i32)
      local.get 0
      i32.const 1
      i32.const 1
      call 9
    )
    (func (;161;) (type 2) (param i32 i32)
      local.get 0
      i32.const 0
      i64.load offset=71156 align=4
      i64.store offset=8 align=4
      local.get 0
      i32.const 0
      i64.load offset=71148 align=4
      i64.store align=4
    )
    (func (;162;) (type 1) (param i32 i32) (result i32)
      (local i32 i32 i32 i32 i32 i32)
      local.get 0
      i32.load offset=8
      local.set 2
      block ;; label = @1
        block ;; label = @2
          local.get 1
          i32.const 128
          i32.ge_u
          br_if 0 (;@2;)
          i32.const 1
          local.set 3
          br 1 (;@1;)
        end
        block ;; label = @2
          local.get 1
          i32.const 2048
          i32.ge_u
          br_if 0 (;@2;)
          i32.const 2
          local.set 3
          br 1 (;@1;)
        end
        i32.const 3
        i32.const 4
        local.get 1
        i32.const 65536
        i32.lt_u
        select
        local.set 3
      end
      local.get 2
      local.set 4
      block ;; label = @1
        local.get 3
        local.get 0
        i32.load
        local.get 2
        i32.sub
        i32.le_u
        br_if 0 (;@1;)
        local.get 0
        local.get 2
        local.get 3
        call 71
        local.get 0
        i32.load offset=8
        local.set 4
      end
      local.get 0
      i32.load offset=4
      local.get 4
      i32.add
      local.set 4
      block ;; label = @1
        block ;; label = @2
          block ;; label = @3
            block ;; label = @4
              local.get 1
              i32.const 128
              i32.lt_u
              br_if 0 (;@4;)
              local.get 1
              i32.const 2048
              i32.lt_u
              br_if 1 (;@3;)
              local.get 1
              i32.const 12
              i32.shr_u
              local.set 5
              local.get 1
              i32.const 63
              i32.and
              i32.const -128
              i32.or
              local.set 6
              local.get 1
              i32.const 6
              i32.shr_u
              i32.const 63
              i32.and
              i32.const -128
              i32.or
              local.set 7
              local.get 1
              i32.const 65536
              i32.ge_u
              br_if 2 (;@2;)
              local.get 4
              local.get 6
              i32.store8 offset=2
              local.get 4
              local.get 7
              i32.store8 offset=1
              local.get 4
              local.get 5
              i32.const 224
              i32.or
              i32.store8
              br 3 (;@1;)
            end
            local.get 4
            local.get 1
            i32.store8
            br 2 (;@1;)
          end
          local.get 4
          local.get 1
          i32.const 63
          i32.and
          i32.const 128
          i32.or
          i32.store8 offset=1
          local.get 4
          local.get 1
          i32.const 6
          i32.shr_u
          i32.const 192
          i32.or
          i32.store8
          br 1 (;@1;)
        end
        local.get 4
        local.get 6
        i32.store8 offset=3
        local.get 4
        local.get 7
        i32.store8 offset=2
        local.get 4
        local.get 5
        i32.const 63
        i32.and
        i32.const 128
        i32.or
        i32.store8 offset=1
        local.get 4
        local.get 1
        i32.const 18
        i32.shr_u
        i32.const 240
        i32.or
        i32.store8
      end
      local.get 0
      local.get 3
      local.get 2
      i32.add
      i32.store offset=8
      i32.const 0
    )
    (func (;163;) (type 1) (param i32 i32) (result i32)
      local.get 1
      i32.load
      local.get 0
      i32.load
      local.get 0
      i32.load offset=4
      local.get 1
      i32.load offset=4
      i32.load offset=12
      call_indirect (type 0)
    )
    (func (;164;) (type 2) (param i32 i32)
      (local i32 i32)
      local.get 1
      i32.load offset=4
      local.set 2
      local.get 1
      i32.load
      local.set 3
      block ;; label = @1
        i32.const 8
        call 15
        local.tee 1
        br_if 0 (;@1;)
        i32.const 4
        i32.const 8
        call 22
        unreachable
      end
      local.get 1
      local.get 2
      i32.store offset=4
      local.get 1
      local.get 3
      i32.store
      local.get 0
      i32.const 71488
      i32.store offset=4
      local.get 0
      local.get 1
      i32.store
    )
    (func (;165;) (type 2) (param i32 i32)
      local.get 0
      i32.const 71488
      i32.store offset=4
      local.get 0
      local.get 1
      i32.store
    )
    (func (;166;) (type 2) (param i32 i32)
      local.get 0
      local.get 1
      i64.load align=4
      i64.store
    )
    (func (;167;) (type 2) (param i32 i32)
      local.get 0
      local.get 1
      call 152
      unreachable
    )
    (func (;168;) (type 6) (param i32 i32 i32 i32) (result i32)
      block ;; label = @1
        block ;; label = @2
          block ;; label = @3
            block ;; label = @4
              local.get 1
              br_if 0 (;@4;)
              local.get 3
              i32.eqz
              br_if 2 (;@2;)
              block ;; label = @5
                local.get 2
                i32.const 9
                i32.lt_u
                br_if 0 (;@5;)
                local.get 2
                local.get 3
                call 122
                local.set 2
                br 2 (;@3;)
              end
              local.get 3
              call 15
              local.set 2
              br 1 (;@3;)
            end
            local.get 0
            local.get 1
            local.get 2
            local.get 3
            call 74
            local.set 2
          end
          local.get 2
          i32.eqz
          br_if 1 (;@1;)
        end
        local.get 2
        return
      end
      unreachable
    )
    (func (;169;) (type 6) (param i32 i32 i32 i32) (result i32)
      local.get 0
      local.get 1
      local.get 2
      local.get 3
      call 168
    )
    (func (;170;) (type 0) (param i32 i32 i32) (result i32)
      (local i32 i32 i32)
      i32.const 0
      local.set 3
      block ;; label = @1
        local.get 2
        i32.eqz
        br_if 0 (;@1;)
        block ;; label = @2
          loop ;; label = @3
            local.get 0
            i32.load8_u
            local.tee 4
            local.get 1
            i32.load8_u
            local.tee 5
            i32.ne
            br_if 1 (;@2;)
            local.get 0
            i32.const 1
            i32.add
            local.set 0
            local.get 1
            i32.const 1
            i32.add
            local.set 1
            local.get 2
            i32.const -1
            i32.add
            local.tee 2
            i32.eqz
            br_if 2 (;@1;)
            br 0 (;@3;)
          end
        end
        local.get 4
        local.get 5
        i32.sub
        local.set 3
      end
      local.get 3
    )
    (data (;0;) (i32.const 65536) "\c3 \00\00i\10\00\00\16slice index starts at \c0\0d but ends at \c0\00\15byte range starts at \c0\0d but ends at \c0\00 index out of bounds: the len is \c0\12 but the index is \c0\00\11start byte index \c0' is out of bounds for string of length \c0\00\0fend byte index \c0' is out of bounds for string of length \c0\00\12range start index \c0\22 out of range for slice of length \c0\00\10range end index \c0\22 out of range for slice of length \c0\00\c0\02: \c0\00/rust/library/alloc/src/fmt.rs\00/rust/library/std/src/sys/sync/rwlock/no_threads.rs\00/rust/library/core/src/str/pattern.rs\00/rust/library/core/src/fmt/num.rs\00/rust/library/core/src/unicode/printable.rs\00/rust/library/std/src/sync/once.rs\00/rust/library/core/src/fmt/mod.rs\00/rust/library/alloc/src/raw_vec/mod.rs\00/registry/index.crates.io-1949cf8c6b5b557f/dlmalloc-0.2.11/src/dlmalloc.rs\00tests/guests/every-decision/src/lib.rs\00\11start byte index \c0& is not a char boundary; it is inside \c0\08 (bytes \c0\0b of string)\00\0fend byte index \c0& is not a char boundary; it is inside \c0\08 (bytes \c0\0b of string)\00\00C\02\01\00\22\00\00\00\e2\00\00\00\14\00\00\00one-time initialization may not be performed recursively\cf\01\01\00%\00\00\00\e5\05\00\00\14\00\00\00\cf\01\01\00%\00\00\00\e5\05\00\00!\00\00\00\cf\01\01\00%\00\00\00\d9\05\00\00!\00\00\00batchconfigure comes before every decision\00\00\fa\02\01\00&\00\00\00]\00\00\00\1d\00\00\00The request asks for this kind of decision.too dearsetupfactsattemptscheaperhousesendquota_exceededAsk again tomorrow \e2\80\93 or never.A request came.An attempt failed.matchlatencyrefuseThis config asks to be refused.\00\00\00\00\00\00\00\08\00\00\00\08\00\00\00/\00\00\000\00\00\001\00\00\00\00\00\00\00\00\00\00\00\01\00\00\002\00\00\00capacity overflow\00\00\00\88\02\01\00&\00\00\00\1c\00\00\00\05\00\00\00a formatting trait implementation returned an error when the underlying stream did not\00\00|\01\01\00\1e\00\00\00\8f\02\00\00\0e\00\00\00Error\00\00\003\00\00\00\0c\00\00\00\04\00\00\004\00\00\005\00\00\006\00\00\00\00p\00\07\00-\01\01\01\02\01\02\01\01H\0b0\15\10\01e\07\02\06\02\02\01\04#\01\1e\1b[\0b:\09\09\01\18\04\01\09\01\03\01\05+\03;\09*\18\01 7\01\01\01\04\08\04\01\03\07\0a\02\1d\01:\01\01\01\02\04\08\01\09\01\0a\02\1a\01\02\029\01\04\02\04\02\02\03\03\01\1e\02\03\01\0b\029\01\04\05\01\02\04\01\14\02\16\06\01\01:\01\01\02\01\04\08\01\07\03\0a\02\1e\01;\01\01\01\0c\01\09\01(\01\03\017\01\01\03\05\03\01\04\07\02\0b\02\1d\01:\01\02\02\01\01\03\03\01\04\07\02\0b\02\1c\029\02\01\01\02\04\08\01\09\01\0a\02\1d\01H\01\04\01\02\03\01\01\08\01Q\01\02\07\0c\08b\01\02\09\0b\07I\02\1b\01\01\01\01\017\0e\01\05\01\02\05\0b\01$\09\01f\04\01\06\01\02\02\02\19\02\04\03\10\04\0d\01\02\02\06\01\0f\01\00\03\00\04\1c\03\1d\02\1e\02@\02\01\07\08\01\02\0b\09\01-\03\01\01u\02\22\01v\03\04\02\09\01\06\03\db\02\02\01:\01\01\07\01\01\01\01\02\08\06\0a\02\010.\02\0c\14\040\0a\04\03&\09\0c\02 \04\02\068\01\01\02\03\01\01\058\08\02\02\98\03\01\0d\01\07\04\01\06\01\03\02\c6@\00\01\c3!\00\03\8d\01` \00\06i\02\00\04\01\0a \02P\02\00\01\03\01\04\01\19\02\05\01\97\02\1a\12\0d\01&\08\19\0b\01\01,\030\01\02\04\02\02\02\01$\01C\06\02\02\02\02\0c\01\08\01/\013\01\01\03\02\02\05\02\01\01*\02\08\01\ee\01\02\01\04\01\00\01\00\10\10\10\00\02\00\01\e2\01\95\05\00\03\01\02\05\04(\03\04\01\a5\02\00\04A\05\00\02M\06F\0b1\04{\016\0f)\01\02\02\0a\031\04\02\02\07\01=\03$\05\01\08>\01\0c\024\09\01\01\08\04\02\01_\03\02\04\06\01\02\01\9d\01\03\08\15\029\02\01\01\01\01\0c\01\09\01\0e\07\03\05C\01\02\06\01\01\02\01\01\03\04\03\01\01\0e\02U\08\02\03\01\01\17\01Q\01\02\06\01\01\02\01\01\02\01\02\eb\01\02\04\06\02\01\02\1b\02U\08\02\01\01\02j\01\01\01\02\08e\01\01\01\02\04\01\05\00\09\01\02\f5\01\0a\04\04\01\90\04\02\02\04\01 \0a(\06\02\04\08\01\09\06\02\03.\0d\01\02\c6\01\01\03\01\01\c9\07\01\06\01\01R\16\02\07\01\02\01\02z\06\03\01\01\02\01\07\01\01H\02\03\01\01\01\00\02\0b\024\05\05\03\17\01\00\01\06\0f\00\0c\03\03\00\05;\07\00\01?\04Q\01\0b\02\00\02\00.\02\17\00\05\03\06\08\08\02\07\1e\04\94\03\007\042\08\01\0e\01\16\05\01\0f\00\07\01\11\02\07\01\02\01\05d\01\a0\07\00\01=\04\00\04\fe\02\f3\01\02\01\07\02\05\01\00\07m\07\00`\80\f0\000123456789abcdef { , :  {\0a,\0a((\0a\0a} }),]\00\00\00\00\00\00\00\0c\00\00\00\04\00\00\007\00\00\008\00\00\009\00\00\00\f5\01\01\00!\00\00\00X\02\00\00\05\00\00\00\cf\01\01\00%\00\00\00g\06\00\00\15\00\00\00\cf\01\01\00%\00\00\00\95\06\00\00\15\00\00\00\cf\01\01\00%\00\00\00\96\06\00\00\15\00\00\00\cf\01\01\00%\00\00\00t\05\00\00\12\00\00\00\cf\01\01\00%\00\00\00t\05\00\00(\00\00\00called `Option::unwrap()` on a `None` value00010203040506070809101112131415161718192021222324252627282930313233343536373839404142434445464748495051525354555657585960616263646566676869707172737475767778798081828384858687888990919293949596979899[\00\06\01\01\03\01\04\02\05\07\07\02\08\08\09\02\0a\05\0b\02\0e\04\10\01\11\02\12\05\13\1c\14\01\15\02\17\02\19\0d\1c\05\1d\08\1f\01$\01j\04k\02n\02\af\03\b1\02\bc\02\cf\02\d1\02\d4\0c\d5\09\d6\02\d7\02\da\01\e0\05\e1\02\e6\01\e7\04\e8\02\ee \f0\04\f8\02\fa\05\fb\01\0c';>NO\8f\9e\9e\9f{\8b\93\96\a2\b2\ba\86\b1\06\07\096=>V\f3\d0\d1\04\14\1867VW\7f\aa\ae\af\bd5\e0\12\87\89\8e\9e\04\0d\0e\11\12)14:EFIJNOde\8a\8c\8d\8f\b6\c1\c3\c4\c6\cb\d6\5c\b6\b7\1b\1c\07\08\0a\0b\14\1769:\a8\a9\d8\d9\097\90\91\a8\07\0a;>fi\8f\92\11o_\bf\ee\efZb\b9\ba\f4\fc\ffST\9a\9b./'(U\9d\a0\a1\a3\a4\a7\a8\ad\ba\bc\c4\06\0b\0c\15\1d:?EQ\a6\a7\cc\cd\a0\07\19\1a\22%>?\df\e7\ec\ef\ff\c5\c6\04 #%&(38:HJLPSUVXZ\5c^`cefksx}\7f\8a\a4\aa\af\b0\c0\d0\ae\afno\c7\dd\de\93^\22{\05\03\04-\03f\03\01/.\80\82\1d\031\0f\1c\04$\09\1e\05+\05D\04\0e*\80\aa\06$\04$\04(\084\0bN\034\0c\817\09\16\0a\08\18;E9\03c\08\090\16\05!\03\1b\05\1b&8\04K\05/\04\0a\07\09\07@ '\04\0c\096\03:\05\1a\07\04\0c\07PI73\0d3\07.\08\0a\06&\03\1d\08\02\80\d0R\10\06\08\09!.\08*\16\1a&\1c\14\17\09N\04$\09D\0d\19\07\0a\06H\08'\09u\0bB>*\06;\05\0a\06Q\06\01\05\10\03\05\0bY\08\02\1db\1eH\08\0a\80\a6^\22E\0b\0a\06\0d\13:\06\0a\06\14\1c,\04\17\80\b9<dS\0cH\09\0aFE\1bH\08S\0dI\07\0aV\08X\22\0e\0a\06F\0a\1d\03GI7\03\0e\08\0a\069\07\0a\06,\04\0a\80\f6\19\07;\03\1dU\01\0f2\0d\83\9bfu\0b\80\c4\8aLc\0d\840\10\16\0a\8f\9b\05\82G\9a\b9:\86\c6\829\07*\04\5c\06&\0aF\0a(\05\13\81\b0:\80\c6[\054,K\049\07\11@\05\0b\07\09\9c\d6) as\a1\fd\813\0f\01\1d\06\0e\04\08\81\8c\89\04k\05\0d\03\09\07\10\8f`\80\fd\03\81\b4\06\17\0f\11\0fG\09t<\80\f6\0as\08p\15Fz\14\0c\14\0cW\09\19\80\87\81G\03\85B\0f\15\84P\1f\06\06\80\d5+\05>!\01p-\03\1a\04\02\81@\1f\11:\05\01\81\d0*\80\d6+\04\01\80\c06\08\02\80\e0\80\f7)L\04\0a\04\02\83\11DL=\80\c2<\06\01\04U\05\1b4\02\81\0e,\04d\0cV\0a\80\ae8\1d\0d,\04\09\07\02\0e\06\80\9a\83\d9\03\11\03\0d\03\80\da\06\0c\04\01\0f\0c\048\08\0a\06(\08,\04\02\0e\09'\81X\08\1d\03\0b\03;\04\1e\04\0a\07\80\fb\84\05\00\01\03\05\05\06\06\02\07\06\08\07\09\11\0a\1c\0b\19\0c\19\0d\10\0e\0c\0f\04\10\03\12\12\13\09\16\01\17\04\18\01\19\03\1a\09\1b\01\1c\02\1f\16 \03+\02-\0b.\010\041\022\01\a9\02\aa\04\ab\08\fa\02\fb\05\fe\03\ff\09\adxy\8b\8d\a20WX\8b\8c\90\1c\dd\0e\0fKL\fb\fc./?\5c]_\e2\84\8d\8e\91\92\a9\b1\ba\bb\c5\c6\c9\ca\de\e4\e5\ff\00\04\11\12)147:;=IJ]\84\8e\92\a9\b1\b4\ba\bb\c6\ca\ce\cf\e4\e5\00\04\0d\0e\11\12)14:;EFIJ^de\84\91\9b\9d\c9\ce\cf\0d\11):;EIW[^_de\8d\91\a9\b4\ba\bb\c5\c9\df\e4\e5\f0\0d\11EIde\80\84\b2\bc\be\bf\d5\d7\f0\f1\83\85\8b\a4\a6\be\bf\c5\c7\cf\da\dbH\98\bd\cd\c6\ce\cfINOWY^_\89\8e\8f\b1\b6\b7\bf\c1\c6\c7\d7\11\16\17[\5c\f6\f7\fe\ff\80mq\de\df\0e\1fno\1c\1d_}~\ae\af\de\dfM\bb\bc\16\17\1e\1fFGNOXZ\5c^~\7f\b5\c5\d4\d5\dc\f0\f1\f5rs\8ftu&./\a7\af\b7\bf\c7\cf\d7\df\9a\00@\97\980\8f\1f\ce\ffNOZ[\07\08\0f\10'/\ee\efno7=?BESgu\c8\c9\d0\d1\d8\d9\e7\fe\ff\00 _\22\82\df\04\82D\08\1b\04\06\11\81\ac\0e\80\ab\05 \07\81\1c\03\19\08\01\04/\044\04\07\03\01\07\06\07\11\0aP\0f\12\07U\07\03\04\1c\0a\09\03\08\03\07\03\02\03\03\03\0c\04\05\03\0b\06\01\0e\15\05N\07\1b\07W\07\02\05\18\0cP\04C\03-\03\01\04\11\06\0f\0c:\04\1d%_ m\04j%\80\c8\05\82\b0\03\1a\06\82\fd\03Y\07\16\09\18\09\14\0c\14\0cj\06\0a\06\1a\06Y\07+\05F\0a,\04\0c\04\01\031\0b,\04\1a\06\0b\03\80\ac\06\0a\06L\14\80\f4\08<\03\0f\03>\058\08+\05\82\ff\11\18\08/\11-\03\22\0e!\0f\80\8c\04\82\9a\16\0b\15\88\94\05/\05;\07\02\0e\18\09\80\be\22t\0c\80\d6\1a\81\10\05\80\e1\09\f2\9e\037\09\81\5c\14\80\b8\08\80\dd\14<\03\0a\068\08F\08\0c\06t\0b\1e\03Z\04Y\09\80\83\18\1c\0a\16\09L\04\80\8a\06\ab\a4\0c\17\041\a1\04\81\da&\07\0c\05\05\82\b3 *\06L\04\80\8d\04\80\be\03\1b\03\0f\0d\17\02\01\00+\00\00\00\1a\00\00\006\00\00\00\17\02\01\00+\00\00\00\0a\00\00\00+\00\00\00\00\03\00\00\83\04 \00\91\05`\00]\13\a0\00\12\17 \1f\0c `\1f\ef,`+*0\e0+o\a6\a0,\02\a8 -\1e\fb .\00\fe`6\9e\ff\a06\fd\01!7\01\0aa7$\0d!8\ab\0e\a19/\18!:\f3\1e!K@4\a1S\1ea\e1T\f0jaUOo\e1U\9d\bcaV\00\cfaWe\d1\a1W\00\da!X\00\e0\a1Y\ae\e2![\ec\e4\e1\5c\d0\e8a] \00\ee^\f0\01\7f_..    0x0123456789ABCDEFfalsetrue\00\00\00f\02\01\00!\00\00\00\85\0b\00\00&\00\00\00f\02\01\00!\00\00\00\8e\0b\00\00\1a\00\00\00:\00\00\00:\00\00\00:\00\00\00:\00\00\00:\00\00\00firstThe first target serves.errorAttributenamevaluesourceTargetidprovidermodeltiertier-rankcontext-windowfeaturesregionfirst-tokenCallertenantkeyplanusertargetmax-output-tokenssessionBoundsmax-attemptsmax-same-targetdeadlineworst-tier-rankmax-costmax-cost-permilledowngradeupgrademay-defermay-reclassify-toBudgetscopeperiodlimitspentreservedown-reservedremainingresets-instatuscodeAvailability::AvailableAvailability::ProbingAvailability::CoolingTargetStateallowedavailabilitycooling-forsamplessuccess-permillefirst-token-p50latency-p95in-flightslots-leftqueue-leftretries-leftestimated-costreserved-at-onceSessiontarget-idturnsneedscached-tokensqueueDeferredtriessincereview-targetQueueStatedepthpausedFactsrequestcallerboundsbudgetstargetsfirst-free-indeferredqueuescached-answer-agetraffic-classNoneSomeRequestendpointrequested-modelrequested-targetstreaminginput-tokensinput-tokens-exactreceived-atutc-offset-minuteselapsedtime-leftseeddecision-indexattributesRoutedefault-answersconfigFailurekindphasefaultprocessedsame-target-okother-target-okretry-afterAttemptnumberfailurestarteddurationoutput-tokensdelivered-tokenscommittedcontentresumablecost\00\00\d0&&A\941\bbE=ujA\0d\9f\06Lm]\cb\d6,P\ebcxA\a6Wq\1b\8b\b9;\00\00\00\0c\00\00\00\04\00\00\004\00\00\00<\00\00\006\00\00\00\00\00\00\00\08\00\00\00\04\00\00\00=\00\00\00>\00\00\00?\00\00\00@\00\00\00A\00\00\00\10\00\00\00\04\00\00\00B\00\00\00C\00\00\00D\00\00\00E\00\00\00assertion failed: psize >= size + min_overhead\00\00\af\02\01\00J\00\00\00\b1\04\00\00\09\00\00\00assertion failed: psize <= size + max_overhead\00\00\af\02\01\00J\00\00\00\b7\04\00\00\0d\00\00\00rwlock has not been locked for reading\00\00\9b\01\01\003\00\00\00>\00\00\00\09\00\00\00rwlock overflowed read locks\9b\01\01\003\00\00\00\15\00\00\00,\00\00\00\00\00\00\00\08\00\00\00\04\00\00\00F\00\00\00;\00\00\00\0c\00\00\00\04\00\00\00G\00\00\00H\00\00\00")
    (@producers
      (processed-by "wit-component" "0.258.3")
      (processed-by "wit-bindgen-rust" "0.61.1")
    )
  )
  (core module $wit-component-shim-module (;1;)
    (type (;0;) (func (param i32 i32 i32)))
    (table (;0;) 1 1 funcref)
    (export "0" (func 0))
    (export "$imports" (table 0))
    (func (;0;) (type 0) (param i32 i32 i32)
      local.get 0
      local.get 1
      local.get 2
      i32.const 0
      call_indirect (type 0)
    )
    (@producers
      (processed-by "wit-component" "0.254.2")
    )
  )
  (core module $wit-component-fixup (;2;)
    (type (;0;) (func (param i32 i32 i32)))
    (import "" "0" (func (;0;) (type 0)))
    (import "" "$imports" (table (;0;) 1 1 funcref))
    (elem (;0;) (i32.const 0) func 0)
    (@producers
      (processed-by "wit-component" "0.254.2")
    )
  )
  (core instance $wit-component-shim-instance (;0;) (instantiate $wit-component-shim-module))
  (alias core export $wit-component-shim-instance "0" (core func $indirect-fingerpost:policy/log@0.1.0-log (;0;)))
  (core instance $fingerpost:policy/log@0.1.0 (;1;)
    (export "log" (func $indirect-fingerpost:policy/log@0.1.0-log))
  )
  (core instance $main (;2;) (instantiate $main
      (with "fingerpost:policy/log@0.1.0" (instance $fingerpost:policy/log@0.1.0))
    )
  )
  (alias core export $main "memory" (core memory $memory (;0;)))
  (alias core export $wit-component-shim-instance "$imports" (core table $"shim table" (;0;)))
  (alias export $fingerpost:policy/log@0.1.0 "log" (func $log (;0;)))
  (alias core export $main "cabi_realloc" (core func $realloc (;1;)))
  (core func $"#core-func2 indirect-fingerpost:policy/log@0.1.0-log" (@name "indirect-fingerpost:policy/log@0.1.0-log") (;2;) (canon lower (func $log) (memory $memory) string-encoding=utf8))
  (core instance $fixup-args (;3;)
    (export "$imports" (table $"shim table"))
    (export "0" (func $"#core-func2 indirect-fingerpost:policy/log@0.1.0-log"))
  )
  (core instance $fixup (;4;) (instantiate $wit-component-fixup
      (with "" (instance $fixup-args))
    )
  )
  (type (;22;) (list $"#type13 problem"))
  (type (;23;) (result (error 22)))
  (type (;24;) (func (param "route" $route-setup) (result 23)))
  (alias core export $main "configure" (core func $configure (;3;)))
  (alias core export $main "cabi_post_configure" (core func $cabi_post_configure (;4;)))
  (func $configure (;1;) (type 24) (canon lift (core func $configure) (memory $memory) (realloc $realloc) string-encoding=utf8 (post-return $cabi_post_configure)))
  (export $"#func2 configure" (@name "configure") (;2;) "configure" (func $configure))
  (type (;25;) (func (param "facts" $decision-facts) (result $"#type19 routed")))
  (alias core export $main "route" (core func $route (;5;)))
  (alias core export $main "cabi_post_route" (core func $cabi_post_route (;6;)))
  (func $route (;3;) (type 25) (canon lift (core func $route) (memory $memory) (realloc $realloc) string-encoding=utf8 (post-return $cabi_post_route)))
  (export $"#func4 route" (@name "route") (;4;) "route" (func $route))
  (type (;26;) (list $"#type17 attempt"))
  (type (;27;) (func (param "facts" $decision-facts) (param "attempts" 26) (result $"#type21 recovered")))
  (alias core export $main "fallback" (core func $fallback (;7;)))
  (alias core export $main "cabi_post_fallback" (core func $cabi_post_fallback (;8;)))
  (func $fallback (;5;) (type 27) (canon lift (core func $fallback) (memory $memory) (realloc $realloc) string-encoding=utf8 (post-return $cabi_post_fallback)))
  (export $"#func6 fallback" (@name "fallback") (;6;) "fallback" (func $fallback))
  (@producers
    (processed-by "wit-component" "0.254.2")
  )
)

