using System.Text.Json.Serialization;

namespace NotebookKernel.Running;

/// <summary>How a notebook's run ended.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<NotebookStatus>))]
public enum NotebookStatus
{
    /// <summary>An earlier notebook stopped the run, or the run is not there yet.</summary>
    [JsonStringEnumMemberName("not run")]
    NotRun,

    /// <summary>Every cell ran.</summary>
    [JsonStringEnumMemberName("ok")]
    Ok,

    /// <summary>A cell failed, or the process ended by itself.</summary>
    [JsonStringEnumMemberName("failed")]
    Failed,

    /// <summary>The time limit was reached.</summary>
    [JsonStringEnumMemberName("timeout")]
    Timeout,

    /// <summary>The run was interrupted.</summary>
    [JsonStringEnumMemberName("cancelled")]
    Cancelled,
}
