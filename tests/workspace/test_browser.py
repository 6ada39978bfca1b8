"""The page in a real browser, with an app made with Bolt that answers."""

import re

import pytest
from selenium.webdriver.common.keys import Keys

from tests.workspace import browser
from tests.workspace.apps import bolt_app, joined
from tests.workspace.browser import Window
from workspace.manifest import Command, Manifest, Shortcut
from workspace.server import LocalWorkspace

pytestmark = browser.NEEDED

MANIFEST = Manifest(
    name="Pastemortem",
    bot_name="pastemortem",
    commands=(Command("/kb", "Search", "search TEXT | show ID | list [TAG]"), Command("/diag", "Look", "pods | sweep")),
    shortcuts=(Shortcut("Find the post-mortem", "find"),),
)
HOSTILE = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>'


def plain(text):
    return {"type": "plain_text", "text": text}


def mrkdwn(text):
    return {"type": "mrkdwn", "text": text}


def answer(votes):
    return [
        {"type": "header", "text": plain("A pod may not assume its IAM role")},
        {"type": "section", "text": mrkdwn("*Cause*\nThe trust policy names another `sub`.\n```kubectl get sa```")},
        {"type": "section", "fields": [mrkdwn("*Namespace*\ncheckout"), mrkdwn("*Owner*\nplatform")]},
        {
            "type": "actions",
            "block_id": "votes",
            "elements": [
                {"type": "button", "action_id": "helped", "style": "primary", "text": plain(f"This helped · {votes}")},
                {"type": "button", "action_id": "draft", "text": plain("Document it")},
                {"type": "button", "action_id": "whole", "text": plain("Whole entry")},
                {
                    "type": "button",
                    "action_id": "remove",
                    "style": "danger",
                    "text": plain("Remove"),
                    "confirm": {
                        "title": plain("Sure?"),
                        "text": mrkdwn("*Gone* is gone"),
                        "confirm": plain("Yes"),
                        "deny": plain("No"),
                    },
                },
            ],
        },
    ]


LONG = [{"type": "section", "text": mrkdwn("\n".join(f"line {n}" for n in range(80)))}]
READ = {"type": "modal", "title": plain("Whole entry"), "blocks": [*LONG, *answer(0)[-1:]]}

FORM = {
    "type": "modal",
    "callback_id": "draft",
    "title": plain("A new entry"),
    "submit": plain("Save"),
    "blocks": [
        {
            "type": "input",
            "block_id": "title",
            "label": plain("Title"),
            "element": {"type": "plain_text_input", "action_id": "text"},
        },
        {
            "type": "input",
            "block_id": "kind",
            "label": plain("Kind"),
            "element": {
                "type": "static_select",
                "action_id": "choice",
                "options": [{"text": plain("Issue"), "value": "issue"}, {"text": plain("How-to"), "value": "howto"}],
            },
        },
    ],
}


@pytest.fixture(scope="module")
def driver(tmp_path_factory):
    with browser.chromium(str(tmp_path_factory.mktemp("profile"))) as driver:
        yield driver


@pytest.fixture
def workspace():
    with LocalWorkspace(manifest=MANIFEST) as running:
        yield running


@pytest.fixture
def app(workspace):
    """An app that answers every AccessDenied in its thread, counts votes and takes drafts."""
    app = bolt_app(workspace)
    app.drafts = []

    @app.message(re.compile("AccessDenied"))
    def found(message, say):
        say(text="A pod may not assume its IAM role", blocks=answer(0), thread_ts=message["ts"])

    @app.action("helped")
    def helped(ack, body, client):
        ack()
        place = {"channel": body["channel"]["id"], "ts": body["message"]["ts"]}
        client.chat_update(**place, text="voted", blocks=answer(1))

    @app.action("remove")
    def remove(ack, body, client):
        ack()
        client.chat_delete(channel=body["channel"]["id"], ts=body["message"]["ts"])

    @app.action("draft")
    def draft(ack, body, client):
        ack()
        client.views_open(trigger_id=body["trigger_id"], view=FORM)

    @app.view("draft")
    def drafted(ack, view):
        values = view["state"]["values"]
        if len(values["title"]["text"]["value"]) < 5:
            ack(response_action="errors", errors={"title": "Longer, please"})
        else:
            ack()
            app.drafts.append((values["title"]["text"]["value"], values["kind"]["choice"]["selected_option"]["value"]))

    @app.action("whole")
    def whole(ack, body, client):
        ack()
        client.views_open(trigger_id=body["trigger_id"], view=READ)

    app.command("/kb")(lambda ack, command: ack(f"You asked for {command['text']}"))
    app.command("/diag")(lambda ack, command: ack(text="The sweep", blocks=LONG))
    with joined(app, workspace):
        yield app


@pytest.fixture
def window(workspace, app, driver):
    driver.set_window_size(1280, 800)
    # Another workspace may have had this port.
    driver.execute_cdp_cmd("Storage.clearDataForOrigin", {"origin": workspace.url, "storageTypes": "all"})
    window = Window(driver, workspace.url)
    window.complaints()
    yield window
    assert window.complaints() == []


def test_one_click_on_a_sample_posts_it_and_opens_the_thread_of_the_answer(workspace, window):
    window.click(".sample", "A pod may not assume its IAM role")
    window.wait_for("#thread .header-block", "A pod may not assume its IAM role")

    (posted,) = workspace.messages("try-it")
    assert posted["user"] == workspace.user("alex")
    assert window.wait_for("#messages .thread-link").text.startswith("1 reply")


def test_a_vote_is_counted_and_is_still_there_after_a_reload(window):
    window.click(".sample")
    window.click("#thread .button", "This helped · 0")
    window.wait_for("#thread .button", "This helped · 1")
    window.reload()

    assert window.wait_for("#thread .button", "This helped · 1")


def test_what_asks_for_confirmation_happens_only_after_it(workspace, window):
    window.click(".sample")
    window.click("#thread .button", "Remove")
    window.click("dialog .button", "No")
    assert window.wait_for("#thread .header-block")
    window.click("#thread .button", "Remove")
    assert "Gone is gone" in window.wait_for("dialog").text
    window.click("dialog .button", "Yes")

    window.wait_until(lambda: not window.all("#thread .header-block"))
    assert len(workspace.messages("try-it")) == 1


def test_a_form_is_filled_in_with_the_reasons_beside_what_is_missing(app, window):
    window.click(".sample")
    window.click("#thread .button", "Document it")
    window.type("abc", into="dialog input")
    window.click("dialog [type=submit]")
    window.wait_for("dialog .error", "Please complete this required field.")
    window.type("How", into="dialog select")
    window.click("dialog [type=submit]")
    window.wait_for("dialog .error", "Longer, please")
    window.type("defg", into="dialog input")
    window.click("dialog [type=submit]")

    window.wait_until(lambda: not window.all("dialog"))
    assert app.drafts == [("abcdefg", "howto")]


def test_what_is_typed_and_pasted_is_shown_as_it_was(workspace, window):
    window.type("*bold* _it_ ~no~ `code` <b> & > @minji :tada:", Keys.ENTER)
    text = window.wait_for("#messages .text")

    assert text.text == "bold it no code <b> & > @minji 🎉"
    assert [each.text for each in window.all("#messages .text :is(strong, em, s, code, .mention)")] == [
        "bold",
        "it",
        "no",
        "code",
        "@minji",
    ]


def test_foreign_text_never_becomes_markup(workspace, app, window):
    workspace.post("jo", "try-it", HOSTILE, raw=True)
    workspace.post("jo", "try-it", "<javascript:window.hacked=1|click> <data:text/html,x|me>", raw=True)
    rich = {
        "type": "rich_text_section",
        "elements": [{"type": "link", "url": "javascript:window.hacked=1", "text": "rich"}],
    }
    blocks = [
        {"type": "header", "text": plain(HOSTILE)},
        {"type": "section", "text": mrkdwn(f"```{HOSTILE}```")},
        {"type": "markdown", "text": f"{HOSTILE} [x](javascript:window.hacked=1) **{HOSTILE}**"},
        {"type": "rich_text", "elements": [rich]},
        {"type": "image", "image_url": "javascript:window.hacked=1", "alt_text": HOSTILE},
        {
            "type": "actions",
            "elements": [{"type": "button", "text": plain(HOSTILE[:70]), "url": "javascript:window.hacked=1"}],
        },
    ]
    attachment = {"title": HOSTILE, "text": HOSTILE, "title_link": "javascript:window.hacked=1", "footer": HOSTILE}
    workspace.post_as_app("alerts", "try-it", HOSTILE, blocks=blocks, attachments=[attachment])
    (file,) = workspace.post("jo", "try-it", files={"x.html": HOSTILE, "y.svg": HOSTILE})["files"][:1]
    window.wait_for(".attachment-body")

    assert window.run("return window.hacked") is None
    assert (
        window.all(
            "#messages script, #messages [onerror], #messages [href^='javascript'], #messages [src^='javascript']"
        )
        == []
    )
    assert HOSTILE in window.wait_for(".header-block").text
    window.driver.get(f"{workspace.url}/page/files/{file['id']}")
    assert window.run("return window.hacked") is None
    window.driver.get(workspace.url)
    window.complaints()


def test_commands_are_completed_from_the_manifest_and_answered_to_one_person(workspace, window):
    window.type("/")
    assert [each.text.split("\n")[0] for each in window.all(".composer .offer")] == ["/kb", "/diag", "/invite"]
    window.type("k", Keys.TAB)
    assert [each.text for each in window.all(".composer .offer-name")] == ["search", "show", "list"]
    window.type("se", Keys.TAB, "shards", Keys.ENTER)
    window.wait_for("#messages .message", "You asked for search shards")
    window.click("#messages .plain-button", "Dismiss")

    window.wait_until(lambda: not window.all("#messages .message"))
    assert workspace.whispers("alex", "try-it") == []


def test_a_command_that_was_sent_leaves_no_suggestions_behind(window):
    window.type("/kb list")
    window.wait_for(".offer-name", "list")
    window.type(Keys.ENTER)
    window.wait_for("#messages .message", "You asked for list")

    assert not any(offer.is_displayed() for offer in window.all(".completion"))


def test_what_one_did_and_its_answer_come_into_view_from_their_beginning(workspace, window):
    scrolled_up(workspace, window)
    window.type("my own", Keys.ENTER)
    window.wait_until(lambda: in_view(window, "my own"))
    window.run("document.querySelector('#stage').scrollTop = 0")
    window.type("/diag sweep", Keys.ENTER)

    window.wait_until(lambda: in_view(window, "line 0"))
    assert not in_view(window, "line 79")


def test_what_others_say_moves_nobody_who_reads_further_up(workspace, window):
    scrolled_up(workspace, window)
    workspace.post("jo", "platform", "by the way")
    window.click("#newer", "New messages below")

    window.wait_until(lambda: in_view(window, "by the way"))
    window.wait_until(lambda: not window.all("#newer")[0].is_displayed())


def scrolled_up(workspace, window):
    """Open a channel with more than a screen of messages, at its top."""
    for number in range(40):
        workspace.post("jo", "platform", f"message {number}")
    window.click(".side-entry", "platform")
    window.wait_until(lambda: in_view(window, "message 39"))
    window.run("document.querySelector('#stage').scrollTop = 0")
    window.wait_until(lambda: in_view(window, "message 0"))


def in_view(window, line):
    """Return whether a line of text stands between the header and the composer."""
    return window.run(
        """
        const stage = document.getElementById("stage");
        const lines = document.createTreeWalker(stage, NodeFilter.SHOW_TEXT);
        while (lines.nextNode() && lines.currentNode.data !== arguments[0]);
        const range = document.createRange();
        range.selectNode(lines.currentNode);
        const [shown, frame] = [range, stage].map((each) => each.getBoundingClientRect());
        return shown.height > 0 && shown.top >= frame.top && shown.bottom <= frame.bottom;
        """,
        line,
    )


def test_a_long_modal_opens_at_its_top_and_gives_the_focus_back(window):
    window.click(".sample")
    window.click("#thread .button", "Whole entry")
    window.wait_for("dialog .modal-body", "line 0")
    assert window.run("return document.querySelector('.modal-body').scrollTop") == 0
    window.driver.switch_to.active_element.send_keys(Keys.END)
    window.wait_until(lambda: window.run("return document.querySelector('.modal-body').scrollTop") > 0)
    window.driver.switch_to.active_element.send_keys(Keys.ESCAPE)
    window.wait_until(lambda: not window.all("dialog"))

    assert window.driver.switch_to.active_element.text == "Whole entry"


def test_a_long_paste_is_sent_as_a_snippet_and_can_be_unfolded(workspace, window):
    window.run("""
        const data = new DataTransfer();
        const lines = Array.from({length: 400}, (_, n) => `at com.example.Class${n}.run(Class.java:${n})`);
        data.setData("text/plain", lines.join("\\n"));
        document.querySelector("#channel-footer textarea").dispatchEvent(
          new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
    """)
    window.wait_for(".chip", "Long paste")
    window.click("#channel-footer .send")
    window.click(".file .plain-button", "Show all 400 lines")

    window.wait_until(lambda: "Class399" in window.wait_for(".file code").text)
    assert workspace.messages("try-it")[0]["files"][0]["mode"] == "snippet"


def test_what_is_new_is_marked_until_it_was_seen(workspace, window):
    workspace.post("jo", "platform", "hello")
    workspace.post("jo", "platform", "@alex are you there?")
    window.wait_for(".side-entry[data-unread=true]", "platform")
    assert window.wait_for(".count-badge").text == "1"
    window.click(".side-entry", "platform")
    window.wait_for("#messages .message", "are you there?")

    window.wait_until(lambda: not window.all(".side-entry[data-unread=true], .count-badge"))


def test_one_can_be_somebody_else_also_after_a_reload(workspace, window):
    window.click(".me")
    window.click(".menu-item", "Kim Minji")
    window.wait_for(".me", "한국어")
    window.reload()
    window.type("안녕하세요", Keys.ENTER)
    window.wait_for("#messages .author", "Kim Minji")

    assert workspace.messages("try-it")[0]["user"] == workspace.user("minji")


def test_reactions_edits_and_replies_are_a_click_away(workspace, window):
    window.type("it brok", Keys.ENTER)
    window.wait_for("#messages .message", "it brok")
    window.run("document.querySelector('#messages .tool[title=\"Add a reaction\"]').click()")
    window.click(".face[title=eyes]")
    window.wait_for(".reaction", "1")
    window.type(Keys.ARROW_UP)
    window.type("e", Keys.ENTER, into=".edit-box")
    window.wait_for("#messages .text", "it broke")
    window.run("document.querySelector('#messages .tool[title=\"Reply in thread\"]').click()")
    window.type("me too", Keys.ENTER, into="#thread-footer textarea")
    window.wait_for("#replies .message", "me too")

    (message,) = workspace.messages("try-it")
    assert (message["text"], message["reply_count"], message["reactions"][0]["count"]) == ("it broke", 1, 1)
    window.driver.switch_to.active_element.send_keys(Keys.ESCAPE)
    window.wait_until(lambda: panes(window) == ["sidebar", "channel"])


def test_the_home_of_the_app_is_a_tab(app, window):
    app.event("app_home_opened")(
        lambda event, client: client.views_publish(
            user_id=event["user"], view={"type": "home", "blocks": [{"type": "header", "text": plain("45 issues")}]}
        )
    )
    window.click(".side-entry", "Pastemortem")
    window.click("[role=tab]", "Home")

    assert window.wait_for("#home .header-block", "45 issues")


def test_a_channel_without_the_app_says_so_and_offers_to_add_it(workspace, window, app):
    window.click(".side-entry", "random")
    assert "is not in this channel" in window.wait_for(".empty").text
    window.click("#channel-header .button", "Add Pastemortem")
    window.wait_for(".chip-here", "is in this channel")

    assert workspace.bot_user in app.client.conversations_members(channel=workspace.channel("random"))["members"]


def test_a_page_without_an_app_says_that_nobody_answers(driver):
    with LocalWorkspace(manifest=MANIFEST) as workspace:
        window = Window(driver, workspace.url)
        assert "is not connected" in window.wait_for("#banner").text
        with joined(bolt_app(workspace), workspace):
            window.wait_until(lambda: not window.all("#banner")[0].is_displayed())


def test_a_narrow_screen_shows_one_pane_at_a_time(window):
    window.driver.set_window_size(420, 844)
    window.click(".sample")
    window.wait_for("#thread .header-block")
    assert panes(window) == ["thread"]
    assert window.run("return document.documentElement.scrollWidth <= innerWidth")
    window.click("#thread-header .back")
    window.wait_until(lambda: panes(window) == ["channel"])
    window.click("#channel-header .back")
    window.wait_until(lambda: panes(window) == ["sidebar"])
    window.click(".side-entry", "platform")

    window.wait_until(lambda: panes(window) == ["channel"])
    assert window.run("return document.documentElement.scrollWidth <= innerWidth")


def panes(window):
    return [name for name in ("sidebar", "channel", "thread") if window.all(f"#{name}")[0].is_displayed()]


def test_the_colours_follow_the_system_or_the_switch(window):
    def paper():
        return window.run("return getComputedStyle(document.body).backgroundColor")

    emulate = {"features": [{"name": "prefers-color-scheme", "value": "dark"}]}
    window.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", emulate)
    dark = paper()
    window.click(".side-foot > .tool")
    light = paper()
    window.reload()

    assert (dark, light, paper()) == ("rgb(21, 27, 25)", "rgb(255, 255, 255)", "rgb(255, 255, 255)")
    window.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


def test_the_keyboard_leads_everywhere(workspace, window):
    window.type(Keys.CONTROL, "k")
    window.type("rand", Keys.ENTER, into=".switcher input")
    window.wait_for("#channel-header h1", "random")
    window.type(Keys.ALT, Keys.ARROW_UP)

    assert window.wait_for("#channel-header h1", "general")
