using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Surface;

namespace ModelGen.Compiler.Words.Families;

/// <summary>The key <c>condition</c> of families that generate samples of a requested class.</summary>
internal static class ClassCondition
{
    private static readonly IntegerParameter ClassCount = new(
        ClassConditioning.ClassCount,
        "the number of classes in the data; labels run from 0 to this number minus one"
    )
    {
        IsRequired = true,
        Minimum = 2,
        Maximum = 1 << 16,
    };

    /// <summary>The key.</summary>
    /// <param name="summary">What the labels do.</param>
    /// <param name="more">The family's own keys.</param>
    public static GroupParameter Group(string summary, params Parameter[] more) =>
        new("condition", summary, "", [ClassCount, .. more]) { Absent = "no labels" };

    /// <summary>The number of classes; 0 without a condition.</summary>
    public static long Classes(Arguments arguments, GroupParameter condition) =>
        arguments.TryGet(condition, out var group) ? group.Get(ClassCount) : 0;

    /// <summary>The number of classes as a constant of the model's class, if it has a condition.</summary>
    public static IEnumerable<SizeConstant> Constants(Arguments arguments, GroupParameter condition) =>
        Classes(arguments, condition) is > 0 and var classes
            ? [new(ClassCount.Name, "How many classes there are; labels run from 0 to this number less one.", classes)]
            : [];

    /// <summary>The same number for the base class.</summary>
    public static IEnumerable<SurfaceMember> Members(Arguments arguments, GroupParameter condition) =>
        Classes(arguments, condition) > 0 ? [new SizeMember("class-count", ClassCount.Name)] : [];
}
