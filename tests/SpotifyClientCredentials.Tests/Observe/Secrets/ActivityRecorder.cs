using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace SpotifyClientCredentials.Tests.Observe.Secrets;

/// <summary>Records every activity of every source: its name, tags, events, links, baggage, state and status.</summary>
internal sealed class ActivityRecorder : IDisposable
{
    private readonly ConcurrentQueue<Activity> _activities = new();
    private readonly ActivityListener _listener;

    public ActivityRecorder()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = _ => true,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStarted = _activities.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public string Text
    {
        get
        {
            StringBuilder text = new();
            foreach (Activity activity in _activities)
            {
                text.AppendLine(CultureInfo.InvariantCulture, $"{activity.Source.Name} {activity.OperationName} {activity.DisplayName} {activity.TraceStateString}");
                text.AppendLine(CultureInfo.InvariantCulture, $"{activity.Status} {activity.StatusDescription}");
                Write(text, activity.TagObjects);
                Write(text, activity.Baggage.Select(item => KeyValuePair.Create(item.Key, (object?)item.Value)));
                foreach (ActivityEvent happened in activity.Events)
                {
                    text.AppendLine(happened.Name);
                    Write(text, happened.Tags);
                }

                foreach (ActivityLink link in activity.Links)
                {
                    text.AppendLine(link.Context.TraceState);
                    Write(text, link.Tags ?? []);
                }
            }

            return text.ToString();
        }
    }

    public void Dispose() => _listener.Dispose();

    private static void Write(StringBuilder text, IEnumerable<KeyValuePair<string, object?>> pairs)
    {
        foreach ((string key, object? value) in pairs)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"{key}={value}");
        }
    }
}
