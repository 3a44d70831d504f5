using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Words;

/// <summary>A named tensor that a model takes or gives besides the one that its layers pass on.</summary>
/// <param name="Key">The key of the spec that declares it.</param>
/// <param name="Name">The name of the tensor in every list of its layers.</param>
/// <param name="Role">Its direction.</param>
/// <param name="Shape">The shape of what comes in; null for an output, which has the shape of the result that it names.</param>
internal sealed record Side(string Key, string Name, SideRole Role, Shape? Shape);

/// <summary>The direction of a side tensor.</summary>
internal enum SideRole
{
    /// <summary>In: layers may take it with <c>from</c>.</summary>
    Input,

    /// <summary>In and, once a layer has replaced it with <c>as</c>, out: the next call takes what this one gives.</summary>
    State,

    /// <summary>Out: the result that a layer names with <c>as</c>, or the sum of several such results.</summary>
    Output,
}
