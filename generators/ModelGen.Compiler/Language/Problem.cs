using ModelGen.Compiler.Collections;
using ModelGen.Compiler.Diagnostics;

namespace ModelGen.Compiler.Language;

/// <summary>Something wrong with arguments that are each allowed: of a word, of a group or of a family.</summary>
/// <param name="Rule">The kind of mistake.</param>
/// <param name="Place">The key that it is shown at, as a path of keys and words: <c>schedule.cosine.floor</c>; empty for the whole.</param>
/// <param name="Arguments">The arguments of the message.</param>
internal sealed record Problem(Rule Rule, string Place, EquatableArray<string> Arguments)
{
    /// <summary>Two arguments that contradict each other.</summary>
    public static Problem Conflict(string place, string sentence) => new(Rules.Conflict, place, new EquatableArray<string>([sentence]));

    /// <summary>An argument that the others make ineffective.</summary>
    /// <param name="place">Where it is.</param>
    /// <param name="what">What messages call it.</param>
    /// <param name="reason">Why it has no effect.</param>
    public static Problem NoEffect(string place, string what, string reason) =>
        new(Rules.NoEffect, place, new EquatableArray<string>([what, reason]));

    /// <summary>A value of a type that its key does not take.</summary>
    /// <param name="place">Where it is.</param>
    /// <param name="what">What messages call it.</param>
    /// <param name="wanted">What the key takes.</param>
    /// <param name="found">What was found.</param>
    public static Problem WrongType(string place, string what, string wanted, string found) =>
        new(Rules.WrongType, place, new EquatableArray<string>([what, wanted, found]));

    /// <summary>A value that another one puts out of range.</summary>
    /// <param name="place">Where it is.</param>
    /// <param name="what">What messages call it.</param>
    /// <param name="value">The value.</param>
    /// <param name="wanted">What it must be.</param>
    public static Problem OutOfRange(string place, string what, string value, string wanted) =>
        new(Rules.OutOfRange, place, new EquatableArray<string>([what, value, wanted]));

    /// <summary>The same problem, with the word before its place if that is one of the word's arguments.</summary>
    public Problem Of(Definition word) => Place.Length == 0 ? this : Inside(word.Word);

    /// <summary>The same problem, placed inside what holds the arguments.</summary>
    /// <param name="place">The keys and words that lead there.</param>
    public Problem Inside(string place) => this with { Place = Place.Length == 0 ? place : $"{place}.{Place}" };
}
