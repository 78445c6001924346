"""Typed formulas: nothing but formulas gets through, and what gets through has the usual value and slope."""

import ast
import math
import re

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from playground.downhill.expression import DEEPEST, LONGEST, MOST_NODES, Expression
from playground.downhill.formula_tree import CONSTANTS, FUNCTIONS

KNOWN = {"x", "y", *CONSTANTS, *FUNCTIONS}
PIECES = [
    *KNOWN,
    "0",
    "1",
    "2.5",
    ".5",
    "3.",
    "1e3",
    "1e-2",
    "+",
    "-",
    "*",
    "/",
    "^",
    "**",
    "(",
    ")",
    ",",
    " ",
]
DANGEROUS = [
    "__class__",
    "__import__('os')",
    "x.real",
    "x[0]",
    "lambda: x",
    "f'{x}'",
    "x if y else 1",
    "x;y",
    "xy",
    "X",
]

# The same functions in NumPy, written down again.
NUMPY = {
    **{name: getattr(np, name) for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh", "exp", "log", "sqrt")},
    "atan": np.arctan,
    "abs": np.abs,
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "relu": lambda z: np.maximum(z, 0.0),
    "softplus": lambda z: np.log1p(np.exp(-np.abs(z))) + np.maximum(z, 0),
    "step": lambda z: np.where(z >= 0, 1.0, 0.0),
    "min": np.minimum,
    "max": np.maximum,
}  # fmt: skip


def value(text, x, y=0.0):
    with jax.enable_x64(True):
        return np.asarray(Expression.parse(text)(x, y))


def slope(text, x):
    with jax.enable_x64(True):
        return float(jax.grad(lambda x: Expression.parse(text, ("x",))(x))(float(x)))


def parsed(text):
    """The expression, or None and the error's sentence; anything but a ValueError passes through."""
    try:
        return Expression.parse(text), ""
    except ValueError as error:
        return None, str(error)


mixed = st.lists(st.sampled_from(PIECES + DANGEROUS), max_size=30).map("".join)


@settings(max_examples=500)
@given(st.one_of(st.text(max_size=250), mixed))
@example("__import__('os').system('true')")
@example("x" * 100_000)
@example("(" * LONGEST)
@example("-" * LONGEST)
@example("2^" * 99 + "2")
@example("9" * LONGEST)
@example("1e" + "9" * 100)
@example("x\n+ y")
@example("٣")
@example("\x00")
def test_any_text_is_a_formula_or_a_sentence(text):
    found, sentence = parsed(text)
    if found is None:
        assert re.match(r"At column \d+ there is .|A formula has at most ", sentence)
        assert sentence.isprintable() and len(sentence) < 400
        return
    assert Expression.parse(str(found)) == found
    assert set(re.findall(r"(?<![0-9.])[A-Za-z_]\w*", str(found))) <= KNOWN
    # Read by Python's own grammar it is arithmetic and known functions: no attribute, index, text or anything else.
    tree = ast.parse(str(found).replace("^", "**"), mode="eval")
    allowed = (
        ast.Expression, ast.BinOp, ast.UnaryOp, ast.Call, ast.Name, ast.Constant, ast.Load, ast.operator, ast.USub
    )  # fmt: skip
    for node in ast.walk(tree):
        assert isinstance(node, allowed)
        if isinstance(node, ast.Call):
            assert isinstance(node.func, ast.Name) and node.func.id in FUNCTIONS
        if isinstance(node, ast.Constant):
            assert isinstance(node.value, (int, float))


def multiplied(a, n):
    """``a`` to the power of n from -4 to 4, in the order of products that makes rounding the same, too."""
    square = a * a
    power = [np.ones_like(a), a, square, a * square, square * square][abs(n)]
    return power if n >= 0 else 1 / power


def formulas():
    """Pairs of a text in full parentheses and the function of (x, y) that it stands for, in NumPy."""
    leaves = st.one_of(
        st.just(("x", lambda x, y: x)),
        st.just(("y", lambda x, y: y)),
        st.just(("pi", lambda x, y: math.pi)),
        st.integers(0, 36).map(lambda v: v / 4).map(lambda v: (repr(v), lambda x, y: v)),
    )

    def bigger(parts):
        def of_one(name, part):
            return f"{name}({part[0]})", lambda x, y: NUMPY[name](np.asarray(part[1](x, y), float))

        def of_two(name, a, b):
            return f"{name}({a[0]}, {b[0]})", lambda x, y: NUMPY[name](a[1](x, y), b[1](x, y))

        def joined(symbol, a, b):
            work = {"+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide}[symbol]
            return f"({a[0]} {symbol} {b[0]})", lambda x, y: work(a[1](x, y), b[1](x, y))

        def power(a, n):
            return f"({a[0]})^{n}", lambda x, y: multiplied(np.asarray(a[1](x, y), float), n)

        ones = [name for name, (count, _) in FUNCTIONS.items() if count == 1]
        return st.one_of(
            st.builds(of_one, st.sampled_from(ones), parts),
            st.builds(of_two, st.sampled_from(["min", "max"]), parts, parts),
            st.builds(joined, st.sampled_from("+-*/"), parts, parts),
            st.builds(power, parts, st.integers(-3, 4)),
            parts.map(lambda a: (f"-({a[0]})", lambda x, y: -a[1](x, y))),
        )

    return st.recursive(leaves, bigger, max_leaves=8)


X, Y = np.array([-1.7, -0.4, 0.0, 0.3, 2.2]), np.array([0.6, -2.1, 0.0, 1.4, -0.8])


@settings(max_examples=150)
@given(formulas())
def test_the_value_is_numpys(formula):
    text, expected = formula
    parsable, sentence = parsed(text)
    if parsable is None:  # only a limit can be in the way
        assert re.search("at most|too deep", sentence)
        return
    found = value(text, X, Y)
    with np.errstate(all="ignore"):
        expected = np.broadcast_to(np.asarray(expected(X, Y), float), X.shape)
    # Near a pole or a jump, the last digit of an argument decides everything.
    near = np.isfinite(expected) & (np.abs(expected) < 1e6)
    if "step" not in text and "tan(" not in text:
        np.testing.assert_allclose(found[near], expected[near], rtol=1e-6, atol=1e-8)
    np.testing.assert_array_equal(value(str(Expression.parse(text)), X, Y), found)


SIGNS, OPERANDS = ["", "-", "--"], ["x", "y", "2", "1.5", "(x - y)", "(2*y)"]
chained = st.tuples(st.sampled_from("+-*/^"), st.sampled_from(SIGNS), st.sampled_from(OPERANDS))


@settings(max_examples=150)
@given(st.lists(chained, min_size=1, max_size=7))
def test_what_binds_more_is_as_in_python(parts):
    """Python's own reading of the same text, where ``**`` has the rules of mathematics."""
    text = "".join(f" {symbol} {sign}{operand}" for symbol, sign, operand in parts)[3:]
    with np.errstate(all="ignore"):
        names = {"x": np.float64(1.3), "y": np.float64(0.7)}
        expected = eval(
            re.sub(r"(?<![\w.])(\d[\d.]*)", r"n(\1)", text.replace("^", "**")), names | {"n": np.float64}
        )
    np.testing.assert_allclose(value(text, 1.3, 0.7), expected, rtol=1e-9)
    np.testing.assert_allclose(value(text.replace("^", "**"), 1.3, 0.7), expected, rtol=1e-9)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("-x**2", "-x^2"),
        ("(-x)^2", "(-x)^2"),
        ("2^3^2", "2^3^2"),
        ("(2^3)^2", "(2^3)^2"),
        ("x-(y-1)", "x - (y - 1)"),
        ("(x-y)-1", "x - y - 1"),
        ("x/(y/2)", "x/(y/2)"),
        ("((x))*(y+.50)", "x*(y + 0.5)"),
        ("2 * - x", "2*-x"),
        ("1E+05*max( x,y )", "100000*max(x, y)"),
        ("1e25*x", "1e25*x"),
        ("1e-07*x", "1e-7*x"),
    ],
)
def test_it_is_written_out_with_few_parentheses(text, written):
    assert str(Expression.parse(text)) == written
    assert hash(Expression.parse(text)) == hash(Expression.parse(written))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("x + __class__", "At column 5 there is '__class__', which is no name that is known here: x, y, pi, e, "
                          "or a function: sin, "),
        ("2x", "At column 2 there is 'x' directly after '2': multiplication must be written with *, as in 2*x"),
        ("2 (x)", "At column 3 there is '(' directly after '2': multiplication must be written"),
        ("x.real", "At column 2 there is '.', which has no meaning here"),
        ("sin x", "At column 5 there is 'x', where sin needs an opening parenthesis, as in sin(x)"),
        ("sin(x, y)", "At column 6 there is ',', but sin takes 1 argument"),
        ("min(x)", "At column 6 there is ')', where a comma, because min takes 2 arguments, is expected"),
        ("(x", "At column 3 there is the end of the formula, where"),
        ("", "At column 1 there is the end of the formula, where a number"),
        ("x)", "At column 2 there is ')', where + - * / ^ or the end is expected"),
        ("1e31", "At column 1 there is '1e31', which is too large: numbers go up to 1e+30"),
        ("-" * DEEPEST + "x", f"At column {DEEPEST + 1} there is 'x', nested too deep"),
        ("x" + "+x" * (MOST_NODES // 2), "one part too many"),
        ("9" * (LONGEST + 1), "A formula has at most 200 characters"),
    ],
)  # fmt: skip
def test_the_error_says_what_was_found_and_where(text, sentence):
    with pytest.raises(ValueError, match=re.escape(sentence)):
        Expression.parse(text)


def test_the_limits_themselves_are_allowed():
    assert value("-" * (DEEPEST - 1) + "x", 2.0) == -2
    assert value("x" + "+x" * (MOST_NODES // 2 - 1), 1.0) == MOST_NODES // 2
    assert value("9" * 30, 0.0) == float("9" * 30)


def test_only_the_given_names_are_known():
    assert Expression.parse("x^2", ("x",))(jnp.float32(3)) == 9
    with pytest.raises(ValueError, match="'y', which is no name that is known here: x, pi, e, or"):
        Expression.parse("x + y", ("x",))
    assert Expression.parse("3 + y", ("x", "y")).used == ("y",)
    with pytest.raises(ValueError, match="a formula of x, y, not of 1 values"):
        Expression.parse("x + y")(1.0)


@pytest.mark.parametrize(
    ("text", "x", "expected"),
    [
        ("x^2", 0, 0), ("x^2", -3, -6), ("x^3", -2, 12), ("x^1", 0, 1), ("x^0", 0, 0), ("x^-2", -2, 0.25),
        ("x^(1+1)", 0, 0), ("x^(1+1)", -3, -6), ("x^99", 0, 0), ("x^100", -1, -100), ("2^x", 0, math.log(2)),
        ("x^1.5", 0, 0), ("abs(x)", 0, 0), ("e^x", 0, 1), ("sqrt(x)", 4, 0.25), ("max(x, 2*x)", 1, 2),
        ("(x^2)^2", 0, 0), ("x*x", 0, 0), ("step(x)", 1, 0), ("sigmoid(x)", 0, 0.25),
    ],
)  # fmt: skip
def test_the_slope_is_finite_where_the_formula_is_smooth(text, x, expected):
    assert slope(text, x) == pytest.approx(expected, abs=1e-12)


def test_second_derivatives_at_zero_too():
    with jax.enable_x64(True):
        f = Expression.parse("x^2 + 3*x*y + y^4 + x^(2)")
        found = jax.hessian(lambda p: f(*p))(jnp.zeros(2))
    np.testing.assert_array_equal(found, [[4, 3], [3, 0]])


def test_what_is_not_defined_is_no_error():
    assert value("1/0", 1.0) == np.inf
    assert np.isnan(value("log(x)", -1.0))
    assert value("exp(1000)*x", 1.0) == np.inf


def test_the_result_has_the_values_shape_and_type():
    f = Expression.parse("3")
    assert f(jnp.zeros((4, 1)), jnp.zeros(5)).shape == (4, 5)
    assert f(1, 2).dtype == jnp.float32
    assert jnp.all(jax.jit(jax.vmap(Expression.parse("x - y")))(jnp.ones(3), jnp.ones(3)) == 0)


@pytest.mark.parametrize(
    ("text", "quadratic"),
    [
        ("x^2 + 3*x*y - y/2", True), ("5", True), ("(x + y)^2/e", True), ("sin(1)*x^2", True),
        ("x^3", False), ("x*y*x", False), ("1/x", False), ("sin(x)", False), ("2^x", False), ("x^-1", False),
        ("x^0.5", False), ("abs(x)", False), ("x^y", False), ("x^2^1", False), ("(x^2)^2", False),
    ],
)  # fmt: skip
def test_a_quadratic_is_known_as_one(text, quadratic):
    assert Expression.parse(text).quadratic is quadratic
