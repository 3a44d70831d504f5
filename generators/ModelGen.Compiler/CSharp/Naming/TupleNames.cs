using ModelGen.Compiler.Graph;

namespace ModelGen.Compiler.CSharp.Naming;

/// <summary>The names of the elements of a tuple of tensors.</summary>
internal static class TupleNames
{
    // C# forbids these names at any position of a tuple.
    private static readonly string[] Forbidden = ["Rest", "CompareTo", "Deconstruct", "Equals", "GetHashCode", "ToString"];

    /// <summary>The name of the first element, followed by those of the side tensors.</summary>
    public static IEnumerable<string> Of(string first, IReadOnlyList<NamedValue> sides)
    {
        var names = new UniqueNames(Forbidden);
        yield return names.Take(first);
        foreach (var side in sides)
        {
            // C# reserves Item and a number for the element at that position.
            var name = Names.Pascal(side.Name);
            yield return names.Take(
                name.StartsWith("Item", StringComparison.Ordinal) && name.Length > 4 && name.Skip(4).All(char.IsDigit) ? name + "_" : name
            );
        }
    }
}
