using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Words;

/// <summary>What a model takes or gives under a name, beside the tensor that its layers pass on.</summary>
/// <param name="Key">The key of the spec that declares it.</param>
/// <param name="Name">The name, under which every list of its layers knows the tensor.</param>
/// <param name="Role">Which way it goes.</param>
/// <param name="Shape">The shape of what comes in; null for an output, whose shape is that of the result it names.</param>
internal sealed record Side(string Key, string Name, SideRole Role, Shape? Shape);

/// <summary>Which way a side tensor goes.</summary>
internal enum SideRole
{
    /// <summary>In: layers may take it with <c>from</c>.</summary>
    Input,

    /// <summary>In and, once a layer has given it anew with <c>as</c>, out: what one call gives is for the next to take.</summary>
    State,

    /// <summary>Out: the result that a layer gives the name with <c>as</c>, or the sum of several such results.</summary>
    Output,
}
