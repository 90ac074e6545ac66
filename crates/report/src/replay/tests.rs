use recorder::event::{Event, Kind};

use super::*;

fn replay() -> Replay {
    let mut replay = Replay::default();
    for (index, name) in ["Timeout", CONNECTION].into_iter().enumerate() {
        replay.take(0, &Entry::Type { index: index as u32, name: name.into() });
    }
    replay
}

fn take(replay: &mut Replay, time: u64, id: Id, kind: Kind) -> Step {
    replay.take(0, &Entry::Event(Event { time, id, kind })).step
}

fn init(replay: &mut Replay, id: Id, trigger: Id, type_: u32) -> Resource {
    match take(replay, 0, id, Kind::Init { trigger, current: 1, type_, stack: 0 }) {
        Step::Created { resource, .. } => resource,
        other => panic!("{other:?}"),
    }
}

#[test]
fn leaving_a_context_leaves_those_that_an_exception_left_behind() {
    let replay = &mut replay();
    init(replay, 2, 1, 0);
    take(replay, 10, 2, Kind::Before);
    take(replay, 11, 3, Kind::Before);
    let left = take(replay, 15, 2, Kind::After);
    assert!(matches!(left, Step::Left { resource: Some(_) }), "{left:?}");
    let ran =
        |id, began, took, own, depth| Ran { id, type_: (id == 2).then_some(0), began, took, own, depth };
    assert_eq!(replay.ran(), [ran(3, 11, 4, 4, 1), ran(2, 10, 5, 1, 0)]);
    assert_eq!((replay.thread(0).in_callbacks, replay.numbers()[0].run.count), (5, 1));
    assert!(replay.thread(0).running.is_empty());
}

#[test]
fn a_callback_that_began_before_the_recording_has_no_beginning() {
    let replay = &mut replay();
    let left = take(replay, 5, 9, Kind::After);
    assert!(matches!(left, Step::Left { resource: None }) && replay.ran().is_empty(), "{left:?}");
}

#[test]
fn contexts_that_are_never_left_are_forgotten() {
    let replay = &mut replay();
    for id in 0..10 * DEPTH as u64 {
        take(replay, id, id, Kind::Before);
    }
    assert_eq!(replay.thread(0).running.len(), DEPTH);
}

#[test]
fn what_is_gone_is_remembered_and_belongs_to_its_thread() {
    let replay = &mut replay();
    init(replay, 2, 1, 0);
    take(replay, 1, 2, Kind::Destroy);
    assert_eq!(replay.find((0, 2)).map(|ancestor| ancestor.trigger), Some(1));
    assert_eq!(replay.find((1, 2)), None);
    assert_eq!(init(replay, 3, 2, 0).trace, 2);
}

/// A request's trace.
fn request(number: Id) -> Id {
    REQUEST | number
}

/// A callback of the connection that makes a resource.
fn call(replay: &mut Replay, time: u64, connection: Id, makes: Id) -> Id {
    take(replay, time, connection, Kind::Before);
    let trace = init(replay, makes, connection, 0).trace;
    take(replay, time, connection, Kind::After);
    trace
}

#[test]
fn requests_of_a_connection_are_traces_of_their_own() {
    let replay = &mut replay();
    assert_eq!(init(replay, 14, 10, 1).trace, 14);
    assert_eq!(call(replay, 1, 14, 20), request(1));
    assert_eq!(call(replay, 2, 14, 21), request(1));
    take(replay, 4, 20, Kind::Before);
    assert_eq!(init(replay, 22, 20, 0).trace, request(1));
    take(replay, 5, 20, Kind::After);
    assert_eq!(call(replay, 6, 14, 30), request(2));
}

#[test]
fn a_request_is_from_one_word_of_the_recorder_to_the_next() {
    let replay = &mut replay();
    let start = |number| Entry::RequestStart { time: 1, connection: 14, number };
    init(replay, 14, 10, 1);
    take(replay, 1, 14, Kind::Before);
    replay.take(0, &start(1));
    assert_eq!(init(replay, 20, 14, 0).trace, request(1));
    take(replay, 2, 14, Kind::After);
    take(replay, 3, 20, Kind::Before);
    take(replay, 3, 20, Kind::After);
    // The body of the first request, and the head of the second, in one row.
    assert_eq!(call(replay, 4, 14, 21), request(1));
    replay.take(0, &start(2));
    assert_eq!(call(replay, 4, 14, 30), request(2));
    // What runs says what it belongs to, whatever triggered it.
    take(replay, 5, 21, Kind::Before);
    let Step::Created { resource, .. } =
        take(replay, 5, 22, Kind::Init { trigger: 10, current: 21, type_: 0, stack: 0 })
    else {
        panic!("it is created")
    };
    assert_eq!(resource.trace, request(1));
    for id in [20, 21, 22] {
        take(replay, 6, id, Kind::Destroy);
        assert_eq!(replay.take_over(), None);
    }
    replay.take(0, &Entry::RequestEnd { time: 7, number: 1 });
    let over = replay.take_over().map(|request| (request.connection, request.number));
    assert_eq!(over, Some((14, 1)));
}

#[test]
fn an_id_that_comes_again_leaves_nothing_behind() {
    let replay = &mut replay();
    for id in 2..1000 {
        init(replay, id, 1, 1);
        replay.take(0, &Entry::RequestStart { time: 0, connection: id, number: id as u32 });
        let Step::Created { former, .. } =
            take(replay, 0, id, Kind::Init { trigger: 1, current: 1, type_: 0, stack: 0 })
        else {
            panic!("it is not created again")
        };
        assert!(former.is_some());
        take(replay, 1, id, Kind::Destroy);
    }
    assert_eq!(replay.resources.len(), 0);
    while replay.take_over().is_some() {}
    assert!(replay.finish_requests().is_empty());
}

#[test]
fn a_request_ends_with_its_connection_whatever_its_type() {
    let replay = &mut replay();
    init(replay, 2, 1, 0);
    replay.take(0, &Entry::RequestStart { time: 0, connection: 2, number: 1 });
    take(replay, 1, 2, Kind::Destroy);
    assert_eq!(replay.take_over().map(|request| request.number), Some(1));
    assert!(replay.finish_requests().is_empty());
}

#[test]
fn lists_of_contexts_give_their_room_back() {
    let replay = &mut replay();
    for id in 0..DEPTH as u64 {
        take(replay, id, id, Kind::Before);
    }
    take(replay, 9999, 1, Kind::After);
    assert_eq!((replay.contexts, replay.thread(0).running.len()), (1, 1));
    assert!(replay.thread(0).running.capacity() < DEPTH / 8);
}

#[test]
fn what_still_runs_at_the_end_has_run() {
    let replay = &mut replay();
    init(replay, 2, 1, 0);
    take(replay, 10, 2, Kind::Before);
    replay.take(1, &Entry::Mark { time: 70, name: String::new() });
    let ran = replay.finish_callbacks();
    assert_eq!(ran.iter().map(|(thread, ran)| (*thread, ran.id, ran.took)).collect::<Vec<_>>(), [(0, 2, 60)]);
    assert_eq!((replay.thread(0).in_callbacks, replay.numbers()[0].run.total), (60, 60));
}

#[test]
fn a_stream_is_a_request_where_the_recorder_does_not_tell_of_those() {
    for tells in [false, true] {
        let mut replay = Replay::default();
        for (index, name) in ["HTTP2SESSION", "HTTP2STREAM"].into_iter().enumerate() {
            replay.take(0, &Entry::Type { index: index as u32, name: name.into() });
        }
        init(&mut replay, 2, 1, 0);
        take(&mut replay, 5, 3, Kind::Init { trigger: 2, current: 2, type_: 1, stack: 0 });
        if tells {
            replay.take(0, &Entry::RequestStart { time: 5, connection: 2, number: 1 });
            replay.take(0, &Entry::RequestEnd { time: 6, number: 1 });
        }
        take(&mut replay, 9, 3, Kind::Destroy);
        take(&mut replay, 9, 2, Kind::Destroy);
        let over: Vec<_> = std::iter::from_fn(|| replay.take_over()).collect();
        let took: Vec<_> = over.iter().map(|over| (over.connection, over.is_stream, over.took())).collect();
        assert_eq!(took, [if tells { (2, false, 1) } else { (3, true, 4) }]);
    }
}
