use super::*;
use crate::types::CONNECTION;

fn live() -> Live {
    let mut live = Live::default();
    for (index, name) in ["Timeout", CONNECTION].into_iter().enumerate() {
        live.take(0, &Entry::Type { index: index as u32, name: name.into() });
    }
    live
}

fn take(live: &mut Live, time: u64, id: Id, kind: Kind) -> Step {
    live.take(0, &Entry::Event(Event { time, id, kind }))
}

fn init(live: &mut Live, id: Id, trigger: Id, type_: u32) -> Resource {
    match take(live, 0, id, Kind::Init { trigger, current: 1, type_, stack: 0 }) {
        Step::Created { resource, .. } => resource,
        other => panic!("{other:?}"),
    }
}

#[test]
fn leaving_a_context_leaves_those_that_an_exception_left_behind() {
    let live = &mut live();
    init(live, 2, 1, 0);
    take(live, 10, 2, Kind::Before);
    take(live, 11, 3, Kind::Before);
    let left = take(live, 15, 2, Kind::After);
    let is_whole = matches!(
        left,
        Step::Left { id: 2, resource: Some(_), began: Some(10), outermost: true, contexts: 2 }
    );
    assert!(is_whole, "{left:?}");
    assert!(live.thread(0).running.is_empty());
}

#[test]
fn a_callback_that_began_before_the_recording_has_no_beginning() {
    let left = take(&mut live(), 5, 9, Kind::After);
    assert!(matches!(left, Step::Left { began: None, resource: None, .. }), "{left:?}");
}

#[test]
fn contexts_that_are_never_left_are_forgotten() {
    let live = &mut live();
    for id in 0..10 * DEPTH as u64 {
        take(live, id, id, Kind::Before);
    }
    assert_eq!(live.thread(0).running.len(), DEPTH);
}

#[test]
fn what_is_gone_is_remembered_and_belongs_to_its_thread() {
    let live = &mut live();
    init(live, 2, 1, 0);
    take(live, 1, 2, Kind::Destroy);
    assert_eq!(live.find(0, 2).map(|ancestor| ancestor.trigger), Some(1));
    assert_eq!(live.find(1, 2), None);
    assert_eq!(init(live, 3, 2, 0).trace, 2);
}

/// A request's trace.
fn request(number: Id) -> Id {
    REQUEST | number
}

/// A callback of the connection that makes a resource.
fn call(live: &mut Live, time: u64, connection: Id, makes: Id) -> Id {
    take(live, time, connection, Kind::Before);
    let trace = init(live, makes, connection, 0).trace;
    take(live, time, connection, Kind::After);
    trace
}

#[test]
fn requests_of_a_connection_are_traces_of_their_own() {
    let live = &mut live();
    assert_eq!(init(live, 14, 10, 1).trace, 14);
    assert_eq!(call(live, 1, 14, 20), request(1));
    assert_eq!(call(live, 2, 14, 21), request(1));
    take(live, 4, 20, Kind::Before);
    assert_eq!(init(live, 22, 20, 0).trace, request(1));
    take(live, 5, 20, Kind::After);
    assert_eq!(call(live, 6, 14, 30), request(2));
}

#[test]
fn a_request_is_from_one_word_of_the_recorder_to_the_next() {
    let live = &mut live();
    let start = |number| Entry::RequestStart { time: 1, connection: 14, number };
    init(live, 14, 10, 1);
    take(live, 1, 14, Kind::Before);
    live.take(0, &start(1));
    assert_eq!(init(live, 20, 14, 0).trace, request(1));
    take(live, 2, 14, Kind::After);
    take(live, 3, 20, Kind::Before);
    take(live, 3, 20, Kind::After);
    // The body of the first request, and the head of the second, in one row.
    assert_eq!(call(live, 4, 14, 21), request(1));
    live.take(0, &start(2));
    assert_eq!(call(live, 4, 14, 30), request(2));
    // What runs says what it belongs to, whatever triggered it.
    take(live, 5, 21, Kind::Before);
    let Step::Created { resource, .. } =
        take(live, 5, 22, Kind::Init { trigger: 10, current: 21, type_: 0, stack: 0 })
    else {
        panic!("it is created")
    };
    assert_eq!(resource.trace, request(1));
    for id in [20, 21, 22] {
        assert_eq!(live.take_over(), None);
        take(live, 6, id, Kind::Destroy);
    }
    let over = live.take_over().map(|request| (request.connection, request.number));
    assert_eq!(over, Some((14, 1)));
}

#[test]
fn an_id_that_comes_again_leaves_nothing_behind() {
    let live = &mut live();
    for id in 2..1000 {
        init(live, id, 1, 1);
        live.take(0, &Entry::RequestStart { time: 0, connection: id, number: id as u32 });
        let Step::Created { former, .. } =
            take(live, 0, id, Kind::Init { trigger: 1, current: 1, type_: 0, stack: 0 })
        else {
            panic!("it is not created again")
        };
        assert!(former.is_some());
        take(live, 1, id, Kind::Destroy);
    }
    assert_eq!(live.resources.len(), 0);
    live.requests.forget_over();
    assert!(live.open_requests().is_empty());
}

#[test]
fn a_request_ends_with_its_connection_whatever_its_type() {
    let live = &mut live();
    init(live, 2, 1, 0);
    live.take(0, &Entry::RequestStart { time: 0, connection: 2, number: 1 });
    take(live, 1, 2, Kind::Destroy);
    assert_eq!(live.take_over().map(|request| request.number), Some(1));
    assert!(live.open_requests().is_empty());
}

#[test]
fn lists_of_contexts_give_their_room_back() {
    let live = &mut live();
    for id in 0..DEPTH as u64 {
        take(live, id, id, Kind::Before);
    }
    take(live, 9999, 1, Kind::After);
    assert_eq!((live.contexts, live.thread(0).running.len()), (1, 1));
    assert!(live.thread(0).running.capacity() < DEPTH / 8);
}
