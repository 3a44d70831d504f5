using ModelGen.Compiler.Language;

namespace ModelGen.Compiler.Surface;

/// <summary>What makes the objective from the model and data.</summary>
/// <param name="Objective">The objective.</param>
/// <param name="Arguments">What the spec says of it.</param>
/// <param name="DataSet">The data set of the runtime that it learns from.</param>
internal sealed record ObjectiveMember(Objective Objective, Arguments Arguments, string DataSet)
{
    /// <summary>The member for an objective of any kind.</summary>
    public static ObjectiveMember Of<T>(Configured<T> goal, string dataSet)
        where T : Objective => new(goal.Definition, goal.Arguments, dataSet);
}
