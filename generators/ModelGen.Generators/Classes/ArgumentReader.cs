using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using ModelGen.Compiler.Binding;
using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Syntax;
using ModelGen.Compiler.Text;
using Diagnostic = ModelGen.Compiler.Diagnostics.Diagnostic;

namespace ModelGen.Generators.Classes;

/// <summary>An argument as given.</summary>
/// <param name="Property">The property that it sets.</param>
/// <param name="Value">Its value.</param>
/// <param name="Place">The place of its name or, where it has none, of its value.</param>
/// <param name="Expressions">Its value, or the elements that the compiler makes an array of.</param>
internal sealed record GivenArgument(string Property, TypedConstant Value, SourceSpan Place, IReadOnlyList<ExpressionSyntax> Expressions);

/// <summary>Reads the arguments of attributes as nodes of the spec language.</summary>
internal sealed class ArgumentReader(Places places, DiagnosticBag diagnostics)
{
    /// <summary>Whether the C# compiler itself cannot read the attribute, and reports it.</summary>
    public static bool IsUnreadable(AttributeData attribute) =>
        attribute.AttributeConstructor is null
        || attribute.ConstructorArguments.Concat(attribute.NamedArguments.Select(static argument => argument.Value)).Any(IsError);

    /// <summary>The arguments of an attribute, each once.</summary>
    public IReadOnlyList<GivenArgument> Read(AttributeData attribute, AttributeSyntax syntax, IReadOnlyList<string> positional)
    {
        var written = syntax.ArgumentList?.Arguments.ToList() ?? [];
        var given = new List<GivenArgument>();
        for (var i = 0; i < attribute.ConstructorArguments.Length; i++)
        {
            var parameter = attribute.AttributeConstructor!.Parameters[i];
            var named = written.FirstOrDefault(argument => argument.NameColon?.Name.Identifier.ValueText == parameter.Name);
            var rest = written.Where(static argument => argument.NameEquals is null && argument.NameColon is null).Skip(i).ToList();
            IReadOnlyList<AttributeArgumentSyntax> own =
                named is not null ? [named]
                : parameter.IsParams ? rest
                : [.. rest.Take(1)];
            given.Add(
                new GivenArgument(
                    positional[i],
                    attribute.ConstructorArguments[i],
                    Place(own, syntax),
                    [.. own.Select(static argument => argument.Expression)]
                )
            );
        }

        foreach (var pair in attribute.NamedArguments)
        {
            var own = written.Where(argument => argument.NameEquals?.Name.Identifier.ValueText == pair.Key).Take(1).ToList();
            var place = own.Count == 0 ? places.Of(syntax) : places.Of(own[0].NameEquals!.Name);
            if (given.FirstOrDefault(earlier => earlier.Property == pair.Key) is { } first)
            {
                diagnostics.Report(Rules.DuplicateKey, place, pair.Key, first.Place.Line.ToString(CultureInfo.InvariantCulture));
                continue;
            }

            given.Add(new GivenArgument(pair.Key, pair.Value, place, [.. own.Select(static argument => argument.Expression)]));
        }

        return given;
    }

    /// <summary>The key and the value of an argument in the spec language; null after reporting that the value cannot be read.</summary>
    public Entry? Entry(GivenArgument given, Parameter parameter) =>
        Value(given, parameter) is { } value ? new Entry(new ScalarNode(given.Place, parameter.Name, isQuoted: false), value) : null;

    /// <summary>One or several names of results.</summary>
    public Node Words(GivenArgument given) =>
        given.Value.Kind == TypedConstantKind.Array && !given.Value.IsNull
            ? List(given, isWord: true)
            : Scalar(given.Value, given.Expressions.FirstOrDefault(), Whole(given), isWord: true);

    private Node? Value(GivenArgument given, Parameter parameter)
    {
        var whole = Whole(given);
        if (given.Value.Kind == TypedConstantKind.Array && !given.Value.IsNull)
        {
            // One number for all axes, though the compiler made an array of it.
            return parameter.Form is SizesForm { AllowsOne: true } && given.Value.Values.Length == 1
                ? Scalar(given.Value.Values[0], Elements(given).FirstOrDefault(), whole, isWord: false)
                : List(given, isWord: false);
        }

        if (
            given.Value.Kind != TypedConstantKind.Array
            && given.Value.Value is string text
            && !IsWord(parameter)
            && parameter.Form is not (TextForm or ModelForm or SizesForm)
        )
        {
            var content = places.OfContent(given.Expressions.FirstOrDefault(), text);
            return TextInside.Read(text, content ?? whole, content is not null, diagnostics);
        }

        return Scalar(given.Value, given.Expressions.FirstOrDefault(), whole, IsWord(parameter));
    }

    // A word, or an amount with its unit, which a C# string contains verbatim; other strings are parsed like specs.
    private static bool IsWord(Parameter parameter) => parameter.Form is ChoiceForm or AmountForm;

    private ListNode List(GivenArgument given, bool isWord)
    {
        var (values, elements, whole) = (given.Value.Values, Elements(given), Whole(given));
        var isEach = elements.Count == values.Length;
        return new ListNode(
            whole,
            [.. values.Select((value, i) => Scalar(value, isEach ? elements[i] : null, isEach ? places.Of(elements[i]) : whole, isWord))]
        );
    }

    private ScalarNode Scalar(TypedConstant constant, ExpressionSyntax? expression, SourceSpan place, bool isWord)
    {
        if (constant.Kind == TypedConstantKind.Array)
        {
            return new ScalarNode(place, "", isQuoted: false);
        }

        switch (constant.Value)
        {
            case null:
                return new ScalarNode(place, "", isQuoted: false);
            case ITypeSymbol type:
                return new ScalarNode(place, type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat), isQuoted: false);
            case string text when isWord:
                return new ScalarNode(places.OfContent(expression, text) ?? place, text, isQuoted: false);
            case bool flag:
                return new ScalarNode(place, flag ? "true" : "false", isQuoted: false);
            case float or double:
                return new ScalarNode(
                    place,
                    NumberText.Of(Convert.ToDouble(constant.Value, CultureInfo.InvariantCulture)),
                    isQuoted: false
                );
            case sbyte or byte or short or ushort or int or uint or long or ulong when constant.Kind == TypedConstantKind.Primitive:
                return new ScalarNode(place, Convert.ToString(constant.Value, CultureInfo.InvariantCulture)!, isQuoted: false);
            default:
                return new ScalarNode(place, Convert.ToString(constant.Value, CultureInfo.InvariantCulture) ?? "", isQuoted: true);
        }
    }

    // The elements of an array that is written out, or the arguments that the compiler makes an array of.
    private static IReadOnlyList<ExpressionSyntax> Elements(GivenArgument given) =>
        given.Expressions.Count != 1
            ? given.Expressions
            : given.Expressions[0] switch
            {
                ArrayCreationExpressionSyntax { Initializer: { } initializer } => [.. initializer.Expressions],
                ImplicitArrayCreationExpressionSyntax array => [.. array.Initializer.Expressions],
                CollectionExpressionSyntax collection =>
                [
                    .. collection.Elements.OfType<ExpressionElementSyntax>().Select(static element => element.Expression),
                ],
                _ => given.Expressions,
            };

    private SourceSpan Whole(GivenArgument given)
    {
        if (given.Expressions.Count == 0)
        {
            return given.Place;
        }

        var (first, last) = (places.Of(given.Expressions[0]), places.Of(given.Expressions[given.Expressions.Count - 1]));
        return first with { Length = last.Start + last.Length - first.Start, EndLine = last.EndLine, EndColumn = last.EndColumn };
    }

    private SourceSpan Place(IReadOnlyList<AttributeArgumentSyntax> own, AttributeSyntax syntax) =>
        own.Count == 0 ? places.Of(syntax.Name) : places.Of(own[0].Expression);

    private static bool IsError(TypedConstant constant) =>
        constant.Kind == TypedConstantKind.Error
        || (constant.Kind == TypedConstantKind.Array && !constant.IsNull && constant.Values.Any(IsError));
}
