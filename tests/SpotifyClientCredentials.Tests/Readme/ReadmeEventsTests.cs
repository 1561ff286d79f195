using System.Reflection;
using Microsoft.Extensions.Logging;
using SpotifyClientCredentials.Observe;

namespace SpotifyClientCredentials.Tests.Readme;

public sealed class ReadmeEventsTests
{
    [Fact]
    public void Events_InTheTable_AreThoseOfTheLog() =>
        Assert.Equal(
            ((Type[])[typeof(Log), typeof(RateLimitLog)]).SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
                .Select(method => (Method: method, Event: method.GetCustomAttribute<LoggerMessageAttribute>()))
                .Where(log => log.Event is not null)
                .OrderBy(log => log.Event!.EventId)
                .Select(log => $"{log.Event!.EventId} {log.Event.EventName ?? log.Method.Name} {LevelOf(log.Event)}"),
            MarkdownFile.Readme.Table("Observability").Select(row => $"{row["Id"]} {row["Name"]} {row["Level"]}"));

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
