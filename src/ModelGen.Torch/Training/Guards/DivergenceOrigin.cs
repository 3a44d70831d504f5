namespace ModelGen.Training.Guards;

/// <summary>The kind of tensor in which numbers stopped being finite.</summary>
public enum DivergenceOrigin
{
    /// <summary>In a weight or a buffer of the model, before anything is computed.</summary>
    Weight,

    /// <summary>In the data: the input of the first module is not finite.</summary>
    Data,

    /// <summary>In a layer: its input is finite and its output is not.</summary>
    Layer,

    /// <summary>In the objective: what it computes from one part's result and passes to another is not finite.</summary>
    Objective,

    /// <summary>In the loss, though the output of every layer is finite.</summary>
    Loss,

    /// <summary>In backward: the loss is finite and a gradient is not.</summary>
    Gradient,
}
