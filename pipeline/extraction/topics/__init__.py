"""What reports admit and promise: a pass of its own after extraction, section texts in, topics out."""

from pipeline.extraction.topics.read import TOPICS_VERSION, read_topics
from pipeline.extraction.topics.topic import Kind, Topic

__all__ = ["TOPICS_VERSION", "Kind", "Topic", "read_topics"]
