using ModelGen.Compiler.Collections;

namespace ModelGen.Compiler.Surface;

/// <summary>A record of the user's own, which the runtime takes in place of one of its own.</summary>
/// <param name="Type">The record.</param>
/// <param name="Arguments">The arguments of its constructor.</param>
internal sealed record OwnRecord(string Type, EquatableArray<double> Arguments);
