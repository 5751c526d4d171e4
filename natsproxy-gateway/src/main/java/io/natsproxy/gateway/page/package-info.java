/**
 * The page for operators, which shows what a gateway does while somebody looks.
 */
@NullMarked
package io.natsproxy.gateway.page;

import org.jspecify.annotations.NullMarked;
