using System.Globalization;
using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Syntax;
using ModelGen.Compiler.Text;

namespace ModelGen.Compiler.Binding;

/// <summary>
/// Evaluates arithmetic such as <c>4 * $width</c>:
/// sum = product {(+|-) product}; product = factor {(*|/) factor}; factor = [-] (number | $name | sqrt(sum) | (sum)).
/// </summary>
internal sealed class Expression
{
    private const int MaximumDepth = 64;
    private const int MaximumLength = 1000;

    private readonly ScalarNode _node;
    private readonly string _text;
    private readonly Constants _constants;
    private readonly DiagnosticBag _diagnostics;
    private int _at;
    private int _depth;
    private bool _failed;

    private Expression(ScalarNode node, Constants constants, DiagnosticBag diagnostics)
    {
        _node = node;
        _text = node.Text;
        _constants = constants;
        _diagnostics = diagnostics;
    }

    /// <summary>Whether a text is meant as arithmetic, rather than a word in the wrong place.</summary>
    public static bool IsArithmetic(string text) => text.Any(static c => char.IsDigit(c) || c is '$' or '(');

    /// <summary>The value, or null after reporting why there is none.</summary>
    public static double? Evaluate(ScalarNode node, Constants constants, DiagnosticBag diagnostics)
    {
        var expression = new Expression(node, constants, diagnostics);
        if (node.Text.Length > MaximumLength)
        {
            return expression.Fail($"it has more than {MaximumLength.ToString("N0", CultureInfo.InvariantCulture)} characters", 0);
        }

        var value = expression.Sum();
        expression.SkipSpaces();
        if (!expression._failed && expression._at < expression._text.Length)
        {
            expression.Fail($"'{Excerpt.Of(expression._text.Substring(expression._at))}' does not belong here", expression._at);
        }

        if (!expression._failed && value is { } number && (double.IsNaN(number) || double.IsInfinity(number)))
        {
            expression.Fail("the result is not a finite number", 0);
        }

        return expression._failed ? null : value;
    }

    private double? Sum()
    {
        var left = Product();
        while (!_failed && Peek() is '+' or '-')
        {
            var minus = _text[_at++] == '-';
            var right = Product();
            left = minus ? left - right : left + right;
        }

        return left;
    }

    private double? Product()
    {
        var left = Factor();
        while (!_failed && Peek() is '*' or '/')
        {
            var at = _at;
            var divide = _text[_at++] == '/';
            var right = Factor();
            if (divide && right == 0)
            {
                Fail("division by zero", at);
            }

            left = divide ? left / right : left * right;
        }

        return left;
    }

    private double? Factor()
    {
        if (_failed)
        {
            return null;
        }

        if (++_depth > MaximumDepth)
        {
            Fail("it is nested too deeply", _at);
            return null;
        }

        var value = Peek() switch
        {
            '-' => Negate(),
            '(' => Parenthesis(),
            '$' => Name(),
            's' when string.CompareOrdinal(_text, _at, "sqrt(", 0, 5) == 0 => SquareRoot(),
            (>= '0' and <= '9') or '.' => Number(),
            '\0' => Fail("a number is missing at the end", _text.Length - 1),
            _ => Fail($"'{Excerpt.Of(_text.Substring(_at))}' is neither a number nor a $name", _at),
        };
        _depth--;
        return value;
    }

    private double? Negate()
    {
        _at++;
        return -Factor();
    }

    private double? Parenthesis()
    {
        var start = _at++;
        var value = Sum();
        if (!_failed && Peek() != ')')
        {
            return Fail("')' is missing", start);
        }

        _at++;
        return value;
    }

    private double? SquareRoot()
    {
        var start = _at;
        _at += "sqrt".Length;
        var value = Parenthesis();
        return value < 0 ? Fail("the square root of a negative number", start)
            : value is { } number ? Math.Sqrt(number)
            : null;
    }

    private double? Name()
    {
        var start = _at++;
        while (
            _at < _text.Length
            && (
                char.IsLetterOrDigit(_text[_at])
                || _text[_at] == '_'
                || (_text[_at] == '-' && _at + 1 < _text.Length && char.IsLetter(_text[_at + 1]))
            )
        )
        {
            _at++;
        }

        var name = _text.Substring(start + 1, _at - start - 1);
        if (_constants.Contains(name))
        {
            return _constants.Use(name);
        }

        _failed = true;
        _diagnostics.Report(
            Rules.UnknownName,
            _node.Span.Slice(start, _at - start),
            name,
            _constants.LineBelow(name) is { } line
                    ? FormattableString.Invariant($" yet: its definition is on line {line}, and a constant may use only those above it")
                : _constants.Names.Any() ? NearestWord.Hint(name, _constants.Names)
                : "; define constants under 'let'"
        );
        return null;
    }

    private double? Number()
    {
        var start = _at;
        while (_at < _text.Length && (char.IsDigit(_text[_at]) || _text[_at] == '.'))
        {
            _at++;
        }

        if (_at < _text.Length && _text[_at] is 'e' or 'E')
        {
            _at++;
            if (_at < _text.Length && _text[_at] is '+' or '-')
            {
                _at++;
            }

            while (_at < _text.Length && char.IsDigit(_text[_at]))
            {
                _at++;
            }
        }

        var text = _text.Substring(start, _at - start);
        return double.TryParse(
            text,
            NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent,
            CultureInfo.InvariantCulture,
            out var value
        )
            ? value
            : Fail($"'{Excerpt.Of(text)}' is not a number", start);
    }

    private char Peek()
    {
        SkipSpaces();
        return _at < _text.Length ? _text[_at] : '\0';
    }

    private void SkipSpaces()
    {
        while (_at < _text.Length && char.IsWhiteSpace(_text[_at]))
        {
            _at++;
        }
    }

    private double? Fail(string problem, int at)
    {
        if (!_failed)
        {
            _failed = true;
            _diagnostics.Report(Rules.Expression, _node.Span.Slice(at, Math.Max(1, _text.Length - at)), Excerpt.Of(_text), problem);
        }

        return null;
    }
}
