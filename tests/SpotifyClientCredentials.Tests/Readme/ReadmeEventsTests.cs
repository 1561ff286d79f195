using System.Reflection;
using Microsoft.Extensions.Logging;
using SpotifyClientCredentials.Observe;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Readme;

public sealed class ReadmeEventsTests
{
    private const BindingFlags Static = BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;

    [Fact]
    public void Events_InTheTable_AreThoseOfTheLog() =>
        Assert.Equal(
            [.. GeneratedEvents().Concat(RateLimitEvents()).OrderBy(log => log.Id).Select(log => $"{log.Id} {log.Name} {log.Level}")],
            MarkdownFile.Readme.Table("Observability").Select(row => $"{row["Id"]} {row["Name"]} {row["Level"]}"));

    // The generator writes the classes in no fixed order, so that with two of them, packages of the same commit differ.
    [Fact]
    public void Events_ThatAreGenerated_AreInOneClass() =>
        Assert.Equal([typeof(Log)], typeof(Log).Assembly.GetTypes().Where(type => type.GetMethods(Static).Any(method => method.IsDefined(typeof(LoggerMessageAttribute)))));

    private static IEnumerable<(int Id, string Name, string Level)> GeneratedEvents() =>
        from method in typeof(Log).GetMethods(Static)
        let message = method.GetCustomAttribute<LoggerMessageAttribute>()
        where message is not null
        select (message.EventId, message.EventName ?? method.Name, LevelOf(message));

    private static IEnumerable<(int Id, string Name, string Level)> RateLimitEvents()
    {
        using RecordingLoggerProvider log = new();
        ILogger logger = log.CreateLogger("events");
        RateLimitLog.Closed(logger, "app", "scope", TimeSpan.Zero, null);
        RateLimitLog.Opened(logger, "app", "scope");
        RateLimitLog.TimeoutTooShort(logger, "client", TimeSpan.Zero, TimeSpan.Zero);
        Assert.Equal(typeof(RateLimitLog).GetMethods(BindingFlags.Static | BindingFlags.Public).Length, log.Entries.Count);
        return log.Entries.Select(entry => (entry.EventId.Id, entry.EventId.Name!, entry.Level.ToString()));
    }

    private static string LevelOf(LoggerMessageAttribute message) => message.Level == LogLevel.None ? "Error, Warning" : message.Level.ToString();

    [Fact]
    public void Category_InReadme_IsTheProvider() =>
        Assert.Contains($"The category is `{typeof(ClientCredentialsTokenProvider).FullName}`.", MarkdownFile.Readme.Text, StringComparison.Ordinal);

    [Fact]
    public void ExceptionProperties_InTheTable_AreThoseOfTheException() =>
        Assert.Equal(
            typeof(TokenRequestException).GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly)
                .Select(property => property.Name).Order(StringComparer.Ordinal),
            MarkdownFile.Readme.Table("Errors").Select(row => row["Property"]).Order(StringComparer.Ordinal));
}
