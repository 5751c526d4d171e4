/**
 * The service that asks for it.
 */
@NullMarked
package io.natsproxy.samples.shared.shop;

import org.jspecify.annotations.NullMarked;
