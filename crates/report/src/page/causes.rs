//! What triggered what, summed up: a node for each way of types from a root.

use rustc_hash::FxHashMap;

/// A node's number.
pub(super) type Node = u32;

/// Beyond so many, what has no node yet is counted as a root.
const MOST: usize = 6000;
/// So many ways are remembered; of the others, only that they lead to a root.
const WAYS: usize = 1 << 18;

#[derive(Default)]
pub(super) struct Causes {
    pub nodes: Vec<Sum>,
    /// Where a resource of a type goes whose trigger is in a node, or nowhere.
    ways: FxHashMap<(Option<Node>, u16), Node>,
    /// Resources that count as roots because there are too many nodes.
    pub left_out: u64,
}

/// All resources that came about in one way.
pub(super) struct Sum {
    pub parent: Option<Node>,
    pub type_: u16,
    pub count: u64,
    pub alive: u64,
    /// In callbacks, without those that ran within them.
    pub run: u64,
    pub wait: u64,
    pub waits: u64,
    /// Resources of this node triggered others of this node.
    pub again: bool,
}

impl Causes {
    /// Counts a new resource.
    pub(super) fn created(&mut self, trigger: Option<Node>, type_: u16) -> Node {
        let node = self.node(trigger, type_);
        self.left_out += u64::from(
            trigger.is_some() && self.nodes[node as usize].parent.is_none() && Some(node) != trigger,
        );
        let sum = &mut self.nodes[node as usize];
        sum.count += 1;
        sum.alive += 1;
        node
    }

    fn node(&mut self, trigger: Option<Node>, type_: u16) -> Node {
        if let Some(&node) = self.ways.get(&(trigger, type_)) {
            return node;
        }
        // There are few roots: a type has one at most.
        if trigger.is_some() && self.ways.len() >= WAYS {
            return self.node(None, type_);
        }
        let node = self.find(trigger, type_);
        self.ways.insert((trigger, type_), node);
        node
    }

    /// A chain that comes back to where it was (a timer that makes a promise that makes a timer) stays in the same
    /// nodes: a type below the same type, however far above, is there already.
    fn find(&mut self, trigger: Option<Node>, type_: u16) -> Node {
        let above = trigger.map(|node| self.nodes[node as usize].type_);
        let mut at = trigger;
        while let Some(node) = at {
            let sum = &self.nodes[node as usize];
            let (same, parent) = (sum.type_ == type_, sum.parent);
            let below = parent.map(|parent| self.nodes[parent as usize].type_);
            if same && (Some(node) == trigger || below == above) {
                self.nodes[node as usize].again = true;
                return node;
            }
            at = parent;
        }
        if trigger.is_some() && self.nodes.len() >= MOST {
            return self.node(None, type_);
        }
        self.nodes.push(Sum {
            parent: trigger,
            type_,
            count: 0,
            alive: 0,
            run: 0,
            wait: 0,
            waits: 0,
            again: false,
        });
        (self.nodes.len() - 1) as Node
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_way_is_one_node() {
        let mut causes = Causes::default();
        let server = causes.created(None, 1);
        let one = causes.created(Some(server), 2);
        let other = causes.created(Some(server), 2);
        assert_eq!(one, other);
        assert_ne!(causes.created(None, 2), one);
        assert_eq!(causes.nodes[one as usize].count, 2);
        assert_eq!(causes.nodes[one as usize].parent, Some(server));
    }

    #[test]
    fn a_chain_without_end_makes_no_nodes_without_end() {
        let mut causes = Causes::default();
        let mut last = None;
        for step in 0..10_000 {
            last = Some(causes.created(last, [1, 2, 2, 3][step % 4]));
        }
        assert!(causes.nodes.len() <= 8, "{} nodes", causes.nodes.len());
        assert_eq!(causes.nodes.iter().map(|sum| sum.count).sum::<u64>(), 10_000);
        assert!(causes.nodes.iter().any(|sum| sum.again));
    }

    #[test]
    fn there_is_a_limit() {
        let mut causes = Causes::default();
        for first in 0..100 {
            let root = causes.created(None, first);
            for second in 100..200 {
                causes.created(Some(root), second);
            }
        }
        assert!(causes.nodes.len() <= MOST + 200, "{} nodes", causes.nodes.len());
        assert_eq!(causes.nodes.iter().map(|sum| sum.count).sum::<u64>(), 100 * 101);
    }
}
