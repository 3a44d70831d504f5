using ModelGen.Compiler.Collections;
using ModelGen.Compiler.Diagnostics;

namespace ModelGen.Compiler.Language;

/// <summary>Something wrong with arguments that are each allowed: of a word, of a group or of a family.</summary>
/// <param name="Rule">The kind of mistake.</param>
/// <param name="Place">The key that it is shown at, as the keys and words that lead there: <c>schedule.cosine.floor</c>; empty for the
/// whole.</param>
/// <param name="Arguments">The particulars of the message.</param>
internal sealed record Problem(Rule Rule, string Place, EquatableArray<string> Arguments)
{
    /// <summary>Two arguments that cannot both hold.</summary>
    public static Problem Conflict(string place, string sentence) => new(Rules.Conflict, place, new EquatableArray<string>([sentence]));

    /// <summary>An argument that changes nothing beside the others.</summary>
    /// <param name="place">Where it is.</param>
    /// <param name="what">What messages call it.</param>
    /// <param name="reason">Why it changes nothing.</param>
    public static Problem NoEffect(string place, string what, string reason) =>
        new(Rules.NoEffect, place, new EquatableArray<string>([what, reason]));

    /// <summary>A value that is not what its key takes.</summary>
    /// <param name="place">Where it is.</param>
    /// <param name="what">What messages call it.</param>
    /// <param name="wanted">What the key takes.</param>
    /// <param name="found">What is there.</param>
    public static Problem WrongType(string place, string what, string wanted, string found) =>
        new(Rules.WrongType, place, new EquatableArray<string>([what, wanted, found]));

    /// <summary>A value that has no meaning beside another one.</summary>
    /// <param name="place">Where it is.</param>
    /// <param name="what">What messages call it.</param>
    /// <param name="value">The value.</param>
    /// <param name="wanted">What it must be.</param>
    public static Problem OutOfRange(string place, string what, string value, string wanted) =>
        new(Rules.OutOfRange, place, new EquatableArray<string>([what, value, wanted]));

    /// <summary>The same of an argument of a word, told of the place of the word.</summary>
    public Problem Of(Definition word) => Place.Length == 0 ? this : Inside(word.Word);

    /// <summary>The same, told of what holds the arguments.</summary>
    /// <param name="place">The keys and words that lead there.</param>
    public Problem Inside(string place) => this with { Place = Place.Length == 0 ? place : $"{place}.{Place}" };
}
