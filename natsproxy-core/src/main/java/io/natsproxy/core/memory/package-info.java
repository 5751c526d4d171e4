/**
 * The memory of bodies: a budget in bytes for the process, what one owner holds of it,
 * and what the peers of one connection may send without a further word.
 */
@NullMarked
package io.natsproxy.core.memory;

import org.jspecify.annotations.NullMarked;
